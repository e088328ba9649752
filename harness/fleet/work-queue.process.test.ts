import { type Job, Queue, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RedisServer } from "../testing/redis-server.ts";
import { PREFIX } from "./announcements.ts";
import { connectQueue } from "./connect.ts";
import type { JobHead } from "./messages.ts";
import { QueueKey } from "./queue-key.ts";
import { sign, verify } from "./signed.ts";
import { type QueuedJob, WorkQueue } from "./work-queue.ts";

const key = new QueueKey("k".repeat(32)).ofRun("run");
const otherKey = new QueueKey("k".repeat(32)).ofRun("another run");
const closing: (() => Promise<unknown>)[] = [];
const remarks: string[] = [];
let server: RedisServer;
let redis: Redis;
let queue: WorkQueue;
/** Of the queue: another for each test, since a worker that is closed by force may still take a job. */
let name: string;
let tests = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = await connectQueue(server.url, { onOutage() {}, onReturn() {} });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(async () => {
  remarks.length = 0;
  name = `judge-${++tests}`;
  queue = await WorkQueue.open(name, redis, key, "session", { onRemark: (text) => remarks.push(text) });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await queue.close();
});

type Do = (head: JobHead, job: Job<QueuedJob>) => unknown;

/** The options of a worker that is silent from the start: its jobs soon go to another. */
const SILENT = { lockDuration: 100, skipLockRenewal: true };

/** A worker that answers as it is told to. */
function work(does: Do, options: Partial<WorkerOptions> = {}): void {
  const processor = async (job: Job<QueuedJob>) => does(verify(job.data.signed, key, "job") as JobHead, job);
  const worker = new Worker<QueuedJob>(name, processor, {
    ...{ connection: redis, prefix: PREFIX, name: "mallory (process 1)", concurrency: 8, maxStalledCount: 2 },
    ...{ stalledInterval: 100, ...options },
  });
  worker.on("error", () => {});
  closing.push(() => worker.close(true));
}

const request = (id: string) => queue.request(id, `softmax of ${id}`, { question: id });
const verdict = ({ id, nonce }: Pick<JobHead, "id" | "nonce">, as = key) =>
  sign({ id, nonce, machine: "m", answer: id }, as, "verdict");
const FORGED = "mallory (process 1) failed on it: its verdict is not signed with this run's key";

describe("a verdict", () => {
  it("counts if it is signed for its job", async () => {
    work((head) => verdict(head));
    expect(await request("a")).toEqual({ kind: "answered", answer: "a", machine: "m" });
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
    expect(await redis.keys(`${PREFIX}:${name}:a*`)).toEqual([]);
  });

  it.each<[string, (head: JobHead, job: Job<QueuedJob>) => unknown]>([
    ["is not signed", ({ id, nonce }) => ({ id, nonce, machine: "m", answer: "forged" })],
    ["is signed with the key of another run", (head) => verdict(head, otherKey)],
    ["is changed", (head) => verdict(head).replace(/.$/, (last) => (last === "A" ? "B" : "A"))],
    ["is the job itself", (_, job) => job.data.signed],
    ["belongs to another job", ({ nonce }) => verdict({ id: "b", nonce })],
    ["belongs to an earlier job of the same submission", ({ id }) => verdict({ id, nonce: "earlier" })],
  ])("is refused if it %s, and after three of them a person decides", async (_, forge) => {
    work(forge);
    expect(await request("a")).toEqual({ kind: "failed", reason: FORGED });
    expect(remarks).toEqual(
      Array(2).fill(
        "Refused what mallory (process 1) answered about softmax of a: its verdict is not signed with this run's key. It is judged again.",
      ),
    );
  });

  it("counts after a forged one", async () => {
    let answers = 0;
    work((head) => (answers++ === 0 ? "forged" : verdict(head)));
    expect(await request("a")).toMatchObject({ kind: "answered" });
    expect(remarks).toHaveLength(1);
  });

  it("of a job that nobody awaits is dropped", async () => {
    work((head) => verdict(head));
    const stray = new Queue(name, { connection: redis, prefix: PREFIX });
    closing.push(() => stray.close());
    await stray.add("job", { signed: "" }, { jobId: "stray" }).catch(() => {});
    await expect.poll(() => stray.getJobState("stray"), { timeout: 10_000 }).toBe("unknown");
  });
});

describe("a job", () => {
  it("whose workers die three times fails, and names the last of them", async () => {
    let starts = 0;
    work(() => {
      starts++;
      return new Promise(() => {});
    }, SILENT);
    expect(await request("a")).toEqual({
      kind: "failed",
      reason: "3 workers died or fell silent while they had it, the last of them mallory (process 1)",
    });
    expect(starts).toBe(3);
  });

  it("whose worker dies once is done by another", async () => {
    let starts = 0;
    // It has no room for the job a second time.
    work(() => new Promise(() => void starts++), { ...SILENT, concurrency: 1 });
    const outcome = request("a");
    await expect.poll(() => starts).toBe(1);
    work((head) => verdict(head));
    expect(await outcome).toMatchObject({ kind: "answered" });
  });

  it("that Redis loses is offered again", async () => {
    const outcome = request("a");
    await expect.poll(() => queue.counts()).toEqual({ waiting: 1, active: 0 });
    await redis.flushall();
    work((head) => verdict(head));
    expect(await outcome).toMatchObject({ kind: "answered", answer: "a" });
  });

  it("that Redis loses while a worker has it is done once more, and counts once", async () => {
    const finish: (() => void)[] = [];
    work((head) => new Promise((resolve) => finish.push(() => resolve(verdict(head)))));
    const outcomes: unknown[] = [];
    const outcome = request("a").then((one) => outcomes.push(one));
    await expect.poll(() => finish.length).toBe(1);
    await redis.flushall();
    await expect.poll(() => finish.length, { timeout: 20_000 }).toBe(2);
    for (const one of finish) one();
    await outcome;
    expect(outcomes).toHaveLength(1);
  });

  it("waits while Redis is away", async () => {
    await server.stop();
    const outcome = request("a");
    await server.resume();
    work((head) => verdict(head));
    expect(await outcome).toMatchObject({ kind: "answered" });
  });
});

describe("a queue that drains", () => {
  it("awaits what is at work, and takes back the rest", async () => {
    let finish = () => {};
    const first = request("a");
    work((head) => new Promise((resolve) => (finish = () => resolve(verdict(head)))));
    await expect.poll(() => queue.counts()).toEqual({ waiting: 0, active: 1 });
    await redis.hset(`${PREFIX}:${name}:meta`, "concurrency", 1);
    const others = [request("b"), request("c")];
    await expect.poll(() => queue.counts()).toEqual({ waiting: 2, active: 1 });
    await queue.drain();
    expect(await Promise.all(others)).toEqual(Array(2).fill({ kind: "withdrawn" }));
    finish();
    expect(await first).toMatchObject({ kind: "answered", answer: "a" });
    expect(await request("d")).toEqual({ kind: "withdrawn" });
  });
});
