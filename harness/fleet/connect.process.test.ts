import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { freePort, RedisServer } from "../testing/redis-server.ts";
import { connectQueue } from "./connect.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start("--requirepass", "secret");
});
afterAll(() => server.close());

const ignore = { onOutage() {}, onReturn() {} };
const refusal = (url: string) => connectQueue(url, ignore).then(undefined, (error) => `${error.message} ${error.hint}`);
const withPassword = (password: string) => server.url.replace("://", `://:${password}@`);

/** A server that answers each command that it gets. */
async function serverThatSays(answer: (command: string) => string): Promise<string> {
  const fake: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      for (const [, command] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(answer(command!.toLowerCase()));
      }
    });
  }).listen(0, "127.0.0.1");
  await once(fake, "listening");
  onTestFinished(() => void fake.close());
  return `redis://127.0.0.1:${(fake.address() as { port: number }).port}`;
}

it("connects with the password of the URL, or of the environment", async () => {
  const redis = await connectQueue(withPassword("secret"), ignore);
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
  vi.stubEnv("KERNELMARK_QUEUE_PASSWORD", "secret");
  onTestFinished(() => void vi.unstubAllEnvs());
  (await connectQueue(server.url, ignore)).disconnect();
});

it("says when Redis goes away, and when it is back", async () => {
  const heard: string[] = [];
  const redis = await connectQueue(withPassword("secret"), {
    onOutage: (place) => heard.push(`out ${place}`),
    onReturn: (place) => heard.push(`back ${place}`),
  });
  onTestFinished(() => redis.disconnect());
  await server.stop();
  await expect.poll(() => heard).toHaveLength(1);
  const answer = redis.ping();
  await server.resume();
  expect(await answer).toBe("PONG");
  expect(heard).toEqual([`out 127.0.0.1:${server.port}`, `back 127.0.0.1:${server.port}`]);
});

it.each(["lab-1:6379", "http://lab-1", "redis:///0", "", "redis://user:secret@"])("refuses the URL %j", async (url) => {
  expect(await refusal(url)).toBe(
    "--queue is not the URL of a Redis. Write it like redis://host:6379, or rediss:// for TLS.",
  );
});

it("says that nothing answers, without the password", async () => {
  const port = await freePort();
  expect(await refusal(`redis://:secret@127.0.0.1:${port}`)).toBe(
    `No Redis answers at 127.0.0.1:${port} (ECONNREFUSED). Check the URL of --queue, that Redis runs there, and that a firewall lets this machine through.`,
  );
  expect(await refusal("redis://:secret@nowhere.invalid")).toContain("No Redis answers at nowhere.invalid:6379 (");
});

it("says that the password is wrong, or missing", async () => {
  const place = `The Redis at 127.0.0.1:${server.port}`;
  expect(await refusal(withPassword("wrong"))).toContain(`${place} refuses the user name or the password.`);
  expect(await refusal(server.url)).toContain(`${place} requires a password.`);
});

it("refuses a Redis that may delete jobs", async () => {
  const careless = await RedisServer.start("--maxmemory-policy", "allkeys-lru");
  onTestFinished(() => careless.close());
  expect(await refusal(careless.url)).toBe(
    `The Redis at 127.0.0.1:${careless.port} has the maxmemory-policy allkeys-lru: it may delete jobs when its memory is full. Set it to noeviction: redis-cli CONFIG SET maxmemory-policy noeviction`,
  );
});

it("refuses an old Redis, and a server of another kind", async () => {
  const info = "redis_version:5.0.7\r\nmaxmemory_policy:noeviction\r\n";
  const old = await serverThatSays((command) => {
    if (command === "info") return `$${info.length}\r\n${info}\r\n`;
    return command === "hello" ? "-ERR unknown command `HELLO`\r\n" : "+OK\r\n";
  });
  expect(await refusal(old)).toMatch(/^The Redis at .* is version 5\.0\.7, but the queue needs 6\.2 or newer\./);
  const other = await serverThatSays(() => "HTTP/1.1 400 Bad Request\r\n\r\n");
  expect(await refusal(other)).toMatch(/^The server at .* is not a Redis\./);
});
