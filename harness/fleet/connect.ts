import { Redis } from "ioredis";
import { UserError } from "../text/user-error.ts";

const CONNECT_MS = 10_000;
const LONGEST_PAUSE_MS = 2_000;
/** The oldest Redis that has all commands BullMQ uses. */
const LEAST_VERSION = [6, 2] as const;

/** Called when the connection is lost, and when it is back. */
export interface ConnectionWatcher {
  onOutage(place: string): void;
  onReturn(place: string): void;
}

/**
 * Connects to the Redis or Valkey of a queue. Once connected, commands wait through any outage.
 *
 * @param url such as `rediss://user:password@host:6379/0`; the password may be in KERNELMARK_QUEUE_PASSWORD instead
 * @throws UserError if it is unreachable, refuses the password, is too old, or may forget jobs
 */
export async function connectQueue(url: string, watcher: ConnectionWatcher): Promise<Redis> {
  const { place, ...credentials } = parseUrl(url, process.env.KERNELMARK_QUEUE_PASSWORD);
  let isChecked = false;
  const redis = new Redis(url, {
    ...credentials,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // Commands wait for the connection rather than fail.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isChecked ? Math.min(100 * times, LONGEST_PAUSE_MS) : null),
  });
  let failure: Error | undefined;
  redis.on("error", (error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    refuseUnsuitable(await redis.info(), place);
  } catch (error) {
    redis.disconnect();
    throw error instanceof UserError ? error : connectError(failure ?? (error as Error), place, url);
  }
  isChecked = true;
  let isOut = false;
  redis.on("reconnecting", () => {
    if (!isOut) watcher.onOutage(place);
    isOut = true;
  });
  redis.on("ready", () => {
    if (isOut) watcher.onReturn(place);
    isOut = false;
  });
  return redis;
}

/** The host and port, which may be shown; the password must not be. */
function parseUrl(url: string, password: string | undefined): { place: string; password?: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["redis:", "rediss:"].includes(parsed.protocol) || parsed.hostname === "") {
    throw new UserError("--queue is not the URL of a Redis.", "Write it like redis://host:6379, or rediss:// for TLS.");
  }
  const place = `${parsed.hostname}:${parsed.port || 6379}`;
  return password === undefined || parsed.password !== "" ? { place } : { place, password };
}

function refuseUnsuitable(info: string, place: string): void {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1];
  const version = field("redis_version") ?? "0";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1])) {
    throw new UserError(
      `The Redis at ${place} is version ${version}, but the queue needs ${LEAST_VERSION.join(".")} or newer.`,
      "Install a newer Redis, or Valkey.",
    );
  }
  const policy = field("maxmemory_policy");
  if (policy === undefined || policy === "noeviction") return;
  throw new UserError(
    `The Redis at ${place} has the maxmemory-policy ${policy}: it may delete jobs when its memory is full.`,
    "Set it to noeviction: redis-cli CONFIG SET maxmemory-policy noeviction",
  );
}

function connectError(error: Error, place: string, url: string): UserError {
  const { message } = error;
  const { code } = error as NodeJS.ErrnoException;
  if (/^(NOAUTH|WRONGPASS)/.test(message) || /invalid password|without any password/.test(message)) {
    const fact = message.startsWith("NOAUTH") ? "requires a password" : "refuses the user name or the password";
    return new UserError(
      `The Redis at ${place} ${fact}.`,
      "Put it into the URL, redis://user:password@host:port, or into KERNELMARK_QUEUE_PASSWORD.",
    );
  }
  if (message.startsWith("Unknown RESP type")) {
    return new UserError(`The server at ${place} is not a Redis.`, "Check the host and the port of --queue.");
  }
  const why = code ?? message;
  const secure = url.startsWith("rediss:") ? ", and that it uses TLS" : "";
  return new UserError(
    `No Redis answers at ${place} (${why}).`,
    `Check the URL of --queue, that Redis runs there${secure}, and that a firewall lets this machine through.`,
  );
}
