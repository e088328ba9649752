import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AdapterChoice, findAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import type { Verdict } from "../results/verdict.ts";
import type { Elsewhere, OpenElsewhere, SharedRun } from "../run/elsewhere.ts";
import type { MeasureRequest } from "../run/measuring-service.ts";
import { readSingle } from "../submission/read.ts";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { RedisServer } from "../testing/redis-server.ts";
import { stopBundler } from "../worker/bundler.ts";
import { Announcements, PREFIX } from "./announcements.ts";
import { connectQueue } from "./connect.ts";
import { fleetAdapter } from "./fleet-adapter.ts";
import { kernelmarkVersion } from "./kernelmark-version.ts";
import type { JobHead, RunAnnouncement } from "./messages.ts";
import { QueueKey } from "./queue-key.ts";
import { queueElsewhere, queueName } from "./remote-run.ts";
import { type DoneJob, serveQueue } from "./serve.ts";
import { sign, verify } from "./signed.ts";
import { type QueuedJob, startedBy } from "./work-queue.ts";

const key = new QueueKey("k".repeat(32));
const otherKey = new QueueKey("o".repeat(32));
const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const closing: (() => Promise<unknown>)[] = [];
const remarks: string[] = [];
let server: RedisServer;
let redis: Redis;
let adapter: AdapterChoice;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = await connectQueue(server.url, { onOutage() {}, onReturn() {} });
  adapter = await findAdapter();
});
afterAll(async () => {
  await stopBundler();
  redis.disconnect();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  remarks.length = 0;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await redis.flushall();
});

function shared(changes: Partial<SharedRun["run"]> = {}): SharedRun {
  const { environment: _, ...described } = adapter;
  const run = { run: "week-3", seed: "5eed", startedAt: "2026-01-01T00:00:00.000Z", adapter: described, ...changes };
  return { run, limits: defaultLimits, isIsolated: false, reuse: undefined, signal: new AbortController().signal };
}

function elsewhere(): Elsewhere {
  return queueElsewhere(redis, key, { onStatus() {}, onRemark: (text) => remarks.push(text) });
}

async function supervise(run = shared()): Promise<OpenElsewhere> {
  const opened = await elsewhere().open(run);
  closing.push(() => opened.close());
  return opened;
}

interface Serving {
  readonly done: DoneJob[];
  /** `+` for the start of a job, `-` for its end, with its kind. */
  readonly events: string[];
  readonly refused: string[];
  readonly unsuited: string[];
  idle(): number;
  readonly ended: Promise<void>;
}

/** A worker in this process, with its own connection as on a machine of its own. */
async function serve(as = key): Promise<Serving> {
  const done: DoneJob[] = [];
  const [events, refused, unsuited]: [string[], string[], string[]] = [[], [], []];
  let idle = 0;
  const stop = new AbortController();
  const own = await connectQueue(server.url, { onOutage() {}, onReturn() {} });
  const ended = serveQueue(
    { redis: own, key: as, adapter, jobs: 2, silenceMs: 30_000, signal: stop.signal },
    {
      ...{ onRun() {}, onRunEnd() {}, onEnd() {} },
      onStart: (kind) => events.push(`+${kind}`),
      onIdle: () => idle++,
      onDone: (job) => {
        done.push(job);
        events.push(`-${job.kind}`);
      },
      onRefused: (reason) => refused.push(reason),
      onUnsuited: (reason) => unsuited.push(reason),
    },
  );
  closing.push(async () => {
    stop.abort();
    await ended.catch(() => {});
    own.disconnect();
  });
  return { done, events, refused, unsuited, idle: () => idle, ended };
}

const example = (name: string) => readSingle(join(packageRoot(), "submissions", name, "softmax.ts"), "softmax");

it("judges and measures with the sources, the seed and the limits that travel with the jobs", async () => {
  const run = await supervise();
  const { done, events } = await serve();
  const submissions = await Promise.all(["plain", "plan-error", "compile-error"].map(example));
  const attempts = await Promise.all(submissions.map((submission) => run.judge(submission, {})));
  expect(attempts.map((attempt) => [attempt?.candidate, attempt?.verdict, attempt?.machine])).toEqual([
    ["plain", "accepted", hostname()],
    ["plan-error", "plan-error", hostname()],
    ["compile-error", "compile-error", hostname()],
  ]);
  expect(attempts[0]!.files.map(({ name }) => name)).toEqual(["softmax.ts", "softmax.wgsl"]);
  await expect
    .poll(() => remarks)
    .toContain(`Worker ${hostname()} (process ${process.pid}) joined: ${adapter.description}.`);

  const kernel: MeasureRequest = {
    ...{ task: "softmax", seed: "5eed", limits: defaultLimits, against: "plain", budgetMs: 50 },
    candidate: { kind: "built-in", kernel: "plain" },
    yardstick: { kind: "built-in", kernel: "plain" },
    shapes: [{ name: "tiny", shape: { rows: 4, cols: 4 }, params: {} }],
    ...{ clock: "timestamps", isChecked: true },
  };
  // Two candidates may submit the same kernel.
  const beside = run.judge(submissions[1]!, {});
  const outcomes = await Promise.all([run.measure(kernel, {}), run.measure(kernel, {})]);
  await beside;
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ kind: "measured", measurement: { machine: hostname(), against: "plain" } });
  }
  expect(done.map(({ kind }) => kind).sort()).toEqual(["judge", "judge", "judge", "judge", "measure", "measure"]);
  // A worker that measures does nothing else.
  for (const [index, event] of events.entries()) if (event === "+measure") expect(events[index + 1]).toBe("-measure");
});

describe("a worker", () => {
  async function announce(changes: Partial<RunAnnouncement>): Promise<void> {
    const { run, limits, isIsolated } = shared();
    await new Announcements(redis, key).announceRun({
      ...{ id: "id", name: "week-3", session: "s", supervisor: { host: "h", pid: 1 }, version: kernelmarkVersion() },
      ...{ adapter: run.adapter, seed: run.seed, limits, isIsolated },
      ...changes,
    });
  }

  it("of another version is refused, with both versions", async () => {
    await announce({ version: "9.9.9 (build 00000000)" });
    await expect((await serve()).ended).rejects.toThrow(
      `This worker gets no jobs: it is Kernelmark ${kernelmarkVersion()}, but the run week-3 needs 9.9.9 (build 00000000).`,
    );
  });

  it("with another driver is refused, with both adapters", async () => {
    await announce({ adapter: { ...shared().run.adapter, description: "H200", driver: "1" } });
    await expect((await serve()).ended).rejects.toThrow(
      `its adapter is ${adapter.description}, but the run week-3 is judged on H200.`,
    );
  });

  it("with another key is refused", async () => {
    await supervise();
    await expect((await serve(otherKey)).ended).rejects.toThrow("The queue is in use with another key.");
  });

  it("that waits goes on waiting, and says which run it cannot serve", async () => {
    const { unsuited, idle } = await serve();
    await expect.poll(idle).toBe(1);
    await announce({ version: "9.9.9 (build 00000000)" });
    await expect.poll(() => unsuited, { timeout: 20_000 }).toHaveLength(1);
    expect(unsuited[0]).toContain("but the run week-3 needs 9.9.9 (build 00000000)");
    const run = await supervise(shared({ seed: "another run" }));
    expect(await run.judge(await example("plan-error"), {})).toMatchObject({ verdict: "plan-error" });
  });

  it("refuses forged and replayed jobs, and those of another run", async () => {
    const submission = await example("plan-error");
    const run = await supervise();
    const { refused } = await serve();
    const [announcement] = await new Announcements(redis, key).runs();
    const { id, session } = announcement!;
    const queue = new Queue<QueuedJob>(queueName("judge", id), { connection: redis, prefix: PREFIX });
    closing.push(() => queue.close());
    const add = (jobId: string, signed: string) => queue.add("job", { signed }, { jobId });
    const own = key.ofRun(id);

    await add("forged", sign({ id: "forged", session, nonce: "n" }, otherKey.ofRun(id), "job"));
    await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(1);
    await add("of-another-run", sign({ id: "of-another-run", session, nonce: "n" }, key.ofRun("other"), "job"));
    await expect.poll(() => refused.length).toBe(2);
    await add("copy", sign({ id: "original", session, nonce: "n" }, own, "job"));
    await expect.poll(() => refused.length).toBe(3);
    await add("old", sign({ id: "old", session: "earlier", nonce: "n" }, own, "job"));
    await expect.poll(() => refused.length).toBe(4);
    expect(refused).toEqual([
      "it is not signed with the run's key",
      "it is not signed with the run's key",
      "it is a copy of another job",
      "it is a copy of an earlier session's job",
    ]);
    // None of them has disturbed the run.
    expect(await run.judge(submission, {})).toMatchObject({ verdict: "plan-error" });
  });
});

describe("a supervisor", () => {
  it.each<[string, readonly Verdict[], Verdict]>([
    ["takes the verdict of the next worker", ["harness-error", "accepted"], "accepted"],
    ["holds the submission if the next fails too", ["harness-error", "harness-error"], "harness-error"],
  ])("to which a worker answers that Kernelmark failed %s", async (_, verdicts, verdict) => {
    const run = await supervise();
    const [{ id: runId }] = (await new Announcements(redis, key).runs()) as [RunAnnouncement];
    const own = key.ofRun(runId);
    const answers = [...verdicts];
    const processor = async ({ data }: Job<QueuedJob>) => {
      const { id, nonce } = verify(data.signed, own, "job") as JobHead;
      const answer = { kind: "judged", attempt: madeUpAttempt("someone", "softmax", answers.shift()!) };
      return sign({ id, nonce, machine: "lab-2", answer }, own, "verdict");
    };
    const connection = { connection: redis, prefix: PREFIX };
    const worker = new Worker<QueuedJob>(queueName("judge", runId), processor, connection);
    closing.push(() => worker.close());
    // Whatever the verdict says, it is that of the submission in question.
    expect(await run.judge(await example("plain"), {})).toMatchObject({
      candidate: "plain",
      verdict,
      machine: "lab-2",
    });
    expect(answers).toEqual([]);
  });

  it("holds a submission whose workers all die, for a person", async () => {
    const run = await supervise();
    const [{ id: runId }] = (await new Announcements(redis, key).runs()) as [RunAnnouncement];
    const connection = { connection: redis, prefix: PREFIX, maxStalledCount: 2, stalledInterval: 100 };
    const name = queueName("judge", runId);
    let starts = 0;
    const die = async (job: Job<QueuedJob>) => {
      await job.updateProgress(startedBy("lab-2 (process 7)"));
      starts++;
      return new Promise<string>(() => {});
    };
    const silent = { lockDuration: 100, skipLockRenewal: true, concurrency: 3 };
    const dying = new Worker<QueuedJob>(name, die, { ...connection, ...silent });
    dying.on("error", () => {});
    closing.push(() => dying.close(true));
    const judged = run.judge(await example("plain"), {});
    await expect.poll(() => starts, { timeout: 60_000 }).toBe(3);
    // It only finds that the job has failed too often.
    const last = new Worker<QueuedJob>(name, async () => "", { ...connection, name: "lab-3 (process 8)" });
    closing.push(() => last.close());
    const attempt = await judged;
    expect(attempt).toMatchObject({ candidate: "plain", verdict: "harness-error", cases: [] });
    expect(attempt?.message).toBe(
      "Kernelmark failed on this submission: 3 workers died or fell silent while they had it, the last of them lab-2 (process 7). It is not marked until it has been reviewed by hand.",
    );
    expect(attempt?.caseCount).toBeGreaterThan(0);
  });

  it("is refused if another serves the same run", async () => {
    await supervise();
    await expect(elsewhere().open(shared())).rejects.toThrow(
      `Another process serves this run (process ${process.pid} on ${hostname()}).`,
    );
    await supervise(shared({ seed: "another run" }));
  });

  it("takes over from one that was killed", async () => {
    const first = await elsewhere().open(shared());
    const [lease] = await redis.keys(`${PREFIX}:supervisor:*`);
    const owner = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() });
    await redis.set(lease!, owner, "PX", 60_000);
    await expect(elsewhere().open(shared())).resolves.toMatchObject({});
    await first.close();
    closing.push(async () => {});
  });

  it("waits for a worker, and takes its adapter", async () => {
    let waited = 0;
    const found = fleetAdapter(redis, key, undefined, () => waited++);
    await expect.poll(() => waited).toBe(1);
    await serve();
    const { environment: _, ...described } = adapter;
    expect(await found).toEqual(described);
  });

  it("does not choose between the adapters of different workers", async () => {
    const announcements = new Announcements(redis, key);
    const worker = { host: "h", pid: 1, version: kernelmarkVersion(), jobs: 1, adapter: shared().run.adapter };
    await announcements.announceWorker({ ...worker, id: "1" });
    await announcements.announceWorker({
      ...worker,
      id: "2",
      adapter: { ...worker.adapter, name: "gpu", driver: "9" },
    });
    await expect(fleetAdapter(redis, key, undefined, () => {})).rejects.toThrow(
      "The workers have different adapters (",
    );
    expect(await fleetAdapter(redis, key, "gpu", () => {})).toMatchObject({ driver: "9" });
  });
});
