import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Redis } from "ioredis";
import { isGone, ownIdentity, parseIdentity } from "../files/process-identity.ts";
import { UserError } from "../text/user-error.ts";
import type { RunAnnouncement, WorkerAnnouncement } from "./messages.ts";
import type { QueueKey } from "./queue-key.ts";
import { sign, verify } from "./signed.ts";

/** The beginning of every key that Kernelmark writes. */
export const PREFIX = "kernelmark";

/** How often a supervisor and a worker announce themselves. */
export const ANNOUNCE_MS = 2_000;
/** A worker that has been silent for longer is gone. */
export const SILENCE_MS = 15_000;

const KEY_FINGERPRINT = `${PREFIX}:key`;

/**
 * Who takes part in a queue: a sorted set of signed announcements for the runs, and one for the workers, by the time at
 * which each was last repeated. Times are Redis' own, since the machines' clocks may differ.
 */
export class Announcements {
  readonly #redis: Redis;
  readonly #key: QueueKey;

  constructor(redis: Redis, key: QueueKey) {
    this.#redis = redis;
    this.#key = key;
  }

  /**
   * Records that this queue uses this key, for as long as somebody does.
   *
   * @throws UserError if it is used with another key
   */
  async requireKey(): Promise<void> {
    const own = this.#key.fingerprint();
    await this.#redis.set(KEY_FINGERPRINT, own, "PX", 2 * SILENCE_MS, "NX");
    if ((await this.#redis.get(KEY_FINGERPRINT)) === own) return;
    throw new UserError(
      "The queue is in use with another key.",
      "Copy the key file of the machine that runs `grade --queue`, or use another database of the Redis: redis://host:port/1",
    );
  }

  announceRun(run: RunAnnouncement): Promise<void> {
    return this.#announce("runs", sign(run, this.#key.ofAnnouncements(), "run"));
  }

  announceWorker(worker: WorkerAnnouncement): Promise<void> {
    return this.#announce("workers", sign(worker, this.#key.ofAnnouncements(), "worker"));
  }

  async retractRun(run: RunAnnouncement): Promise<void> {
    await this.#redis.zrem(setOf("runs"), sign(run, this.#key.ofAnnouncements(), "run"));
  }

  async retractWorker(worker: WorkerAnnouncement): Promise<void> {
    await this.#redis.zrem(setOf("workers"), sign(worker, this.#key.ofAnnouncements(), "worker"));
  }

  /** Those announced lately and with this key, in a fixed order. */
  async runs(): Promise<RunAnnouncement[]> {
    return (await this.#present("runs", "run")) as RunAnnouncement[];
  }

  /** Those announced lately and with this key, in a fixed order. */
  async workers(): Promise<WorkerAnnouncement[]> {
    return (await this.#present("workers", "worker")) as WorkerAnnouncement[];
  }

  async #announce(set: "runs" | "workers", signed: string): Promise<void> {
    const now = await this.#now();
    await this.#redis
      .multi()
      .zadd(setOf(set), now, signed)
      .zremrangebyscore(setOf(set), 0, now - SILENCE_MS)
      .set(KEY_FINGERPRINT, this.#key.fingerprint(), "PX", 2 * SILENCE_MS)
      .exec();
  }

  async #present(set: "runs" | "workers", kind: "run" | "worker"): Promise<unknown[]> {
    const since = (await this.#now()) - SILENCE_MS;
    const texts = await this.#redis.zrangebyscore(setOf(set), since, "+inf");
    const values = texts.sort().map((text) => verify(text, this.#key.ofAnnouncements(), kind));
    return values.filter((value) => value !== undefined);
  }

  async #now(): Promise<number> {
    const [seconds, microseconds] = await this.#redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }
}

function setOf(name: "runs" | "workers"): string {
  return `${PREFIX}:${name}`;
}

/** The sole right to serve a run, for as long as it is renewed. */
export class Lease {
  readonly #redis: Redis;
  readonly #path: string;
  readonly #owner = JSON.stringify({ ...ownIdentity(), host: hostname(), id: randomUUID() });

  constructor(redis: Redis, run: string) {
    this.#redis = redis;
    this.#path = `${PREFIX}:supervisor:${run}`;
  }

  /**
   * Takes or renews it.
   *
   * @throws UserError if another living process has it
   */
  async take(): Promise<void> {
    await this.#redis.set(this.#path, this.#owner, "PX", SILENCE_MS, "NX");
    const found = await this.#redis.get(this.#path);
    const owner = found === this.#owner ? undefined : parseIdentity(found ?? "");
    if (owner !== undefined && !(owner.host === hostname() && isGone(owner))) {
      throw new UserError(
        `Another process serves this run (process ${owner.pid} on ${owner.host}).`,
        `Wait until it ends; if it was killed, wait ${SILENCE_MS / 1_000} s.`,
      );
    }
    await this.#redis.set(this.#path, this.#owner, "PX", SILENCE_MS);
  }

  async release(): Promise<void> {
    if ((await this.#redis.get(this.#path)) === this.#owner) await this.#redis.del(this.#path);
  }
}
