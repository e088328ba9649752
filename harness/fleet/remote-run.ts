import { createHash, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Redis } from "ioredis";
import { loadTask } from "../catalog/load.ts";
import type { BundleResult } from "../plan/bundle.ts";
import { type Attempt, noTimings } from "../results/attempt.ts";
import type { Elsewhere, OpenElsewhere, SharedRun } from "../run/elsewhere.ts";
import { faultyBundle, type JudgingProgress, reused } from "../run/judging-service.ts";
import type { MeasureRequest } from "../run/measuring-service.ts";
import { findUnchanged } from "../run/unchanged.ts";
import type { Submission } from "../submission/read.ts";
import { listCases } from "../task/case.ts";
import { UserError } from "../text/user-error.ts";
import { bundle } from "../worker/bundler.ts";
import type { MeasureOutcome } from "../worker/measure-in-worker.ts";
import { ANNOUNCE_MS, Announcements, Lease } from "./announcements.ts";
import { kernelmarkVersion } from "./kernelmark-version.ts";
import {
  type JudgeBody,
  judgeAnswerSchema,
  type MeasureBody,
  measureAnswerSchema,
  type RunAnnouncement,
  type WorkerAnnouncement,
} from "./messages.ts";
import type { QueueKey } from "./queue-key.ts";
import { type JobOutcome, WorkQueue } from "./work-queue.ts";

/** The workers of a run, and its work, as progress shows them. */
export interface FleetStatus {
  readonly machines: number;
  /** Submissions that all workers together take at once. */
  readonly places: number;
  readonly waiting: number;
  readonly active: number;
  readonly perSecond: number;
}

/** Called by a supervisor. */
export interface FleetWatcher {
  onStatus(status: FleetStatus): void;
  onRemark(text: string): void;
}

/**
 * Jobs in Redis at the same time: enough for a hundred machines, and few enough for a small Redis. The others follow as
 * verdicts arrive.
 */
const IN_PROGRESS = 1_024;
/** How often a submission is offered on which Kernelmark fails. */
const TRIES = 2;
/** The rate of the last minute. */
const RATE_MS = 60_000;

/** The name of a run's queue of judging, or of measuring. */
export function queueName(kind: "judge" | "measure", run: string): string {
  return `${kind}-${run}`;
}

/** Has runs judged and measured by the workers of a queue. */
export function queueElsewhere(redis: Redis, key: QueueKey, watcher: FleetWatcher): Elsewhere {
  return { jobs: IN_PROGRESS, open: (run) => RemoteRun.open(redis, key, run, watcher) };
}

class RemoteRun implements OpenElsewhere {
  readonly #shared: SharedRun;
  readonly #announcement: RunAnnouncement;
  readonly #announcements: Announcements;
  readonly #lease: Lease;
  readonly #judging: WorkQueue;
  readonly #measuring: WorkQueue;
  readonly #watcher: FleetWatcher;
  readonly #bundled = new WeakMap<Submission, Promise<BundleResult>>();
  readonly #seen = new Map<string, WorkerAnnouncement>();
  /** The times at which the last jobs ended. */
  readonly #ends: number[] = [];
  readonly #startMs = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Why this process may no longer serve the run. */
  #deposed: unknown;

  private constructor(
    shared: SharedRun,
    announcement: RunAnnouncement,
    announcements: Announcements,
    lease: Lease,
    judging: WorkQueue,
    measuring: WorkQueue,
    watcher: FleetWatcher,
  ) {
    this.#shared = shared;
    this.#announcement = announcement;
    this.#announcements = announcements;
    this.#lease = lease;
    this.#judging = judging;
    this.#measuring = measuring;
    this.#watcher = watcher;
  }

  /** @throws UserError if another process serves the same run, or the queue is used with another key */
  static async open(redis: Redis, key: QueueKey, shared: SharedRun, watcher: FleetWatcher): Promise<RemoteRun> {
    const { run, limits, isIsolated, signal } = shared;
    const id = hashOf([run.seed, run.startedAt]);
    const announcements = new Announcements(redis, key);
    await announcements.requireKey();
    const lease = new Lease(redis, id);
    await lease.take();
    const announcement: RunAnnouncement = {
      id,
      name: run.run,
      session: randomUUID(),
      supervisor: { host: hostname(), pid: process.pid },
      version: kernelmarkVersion(),
      ...{ adapter: run.adapter, seed: run.seed, limits, isIsolated },
    };
    const { session } = announcement;
    const open = (kind: "judge" | "measure") =>
      WorkQueue.open(queueName(kind, id), redis, key.ofRun(id), session, watcher);
    const remote = new RemoteRun(
      ...([shared, announcement, announcements, lease] as const),
      ...([await open("judge"), await open("measure"), watcher] as const),
    );
    await remote.#beat();
    remote.#timer = setInterval(() => remote.#beat().catch(() => {}), ANNOUNCE_MS);
    signal.addEventListener("abort", () => remote.#stop(), { once: true });
    return remote;
  }

  prepare(submission: Submission): void {
    const bundled = bundle(submission, this.#shared.limits);
    // Awaiting it later throws the error.
    bundled.catch(() => {});
    this.#bundled.set(submission, bundled);
  }

  async findUnchanged(submission: Submission): Promise<Attempt | undefined> {
    const { reuse, limits } = this.#shared;
    const known = reuse && (await findUnchanged(reuse, submission, limits));
    return known && reused(known, submission);
  }

  /** A fault in an added task shows at its first submission. */
  async requireReferences(): Promise<void> {}

  async judge(submission: Submission, _progress: JudgingProgress): Promise<Attempt | undefined> {
    const startedAt = new Date();
    const { candidate, task, file } = submission;
    const ahead = this.#bundled.get(submission) ?? bundle(submission, this.#shared.limits);
    const bundled = await ahead.catch(faultyBundle);
    this.#bundled.delete(submission);
    if (this.#shared.signal.aborted) return undefined;
    const known = bundled.ok && (await this.#shared.reuse?.find(task, file, bundled.hash));
    if (known) return reused(known, submission);
    const body: JudgeBody = { submission: { candidate, task, file }, bundled };
    const files = bundled.files.map(({ path, text }) => ({ name: path, text }));
    const own = { candidate, task, file, hash: bundled.hash, files };
    for (let trial = 1; ; trial++) {
      const id = hashOf([this.#announcement.id, candidate, task, bundled.hash, String(trial)]);
      const outcome = await this.#request(this.#judging, id, `${task} of ${candidate}`, body);
      if (outcome.kind === "withdrawn") return undefined;
      if (outcome.kind === "failed") return this.#heldAttempt(own, outcome.reason, startedAt);
      const answer = judgeAnswerSchema.parse(outcome.answer);
      if (answer.kind === "task-fault") throw new UserError(answer.message, answer.hint);
      const { attempt } = answer;
      // The machine may be at fault: another worker may take it.
      if (attempt.verdict === "harness-error" && trial < TRIES) continue;
      return { ...attempt, ...own, machine: outcome.machine };
    }
  }

  async measure(request: MeasureRequest): Promise<MeasureOutcome> {
    const body: MeasureBody = request;
    const outcome = await this.#request(this.#measuring, randomUUID(), request.task, body);
    if (outcome.kind === "withdrawn") return { kind: "fault", message: "it was stopped" };
    if (outcome.kind === "failed") return { kind: "fault", message: outcome.reason };
    const answer = measureAnswerSchema.parse(outcome.answer);
    if (answer.kind !== "measured") return answer;
    return { ...answer, measurement: { ...answer.measurement, machine: outcome.machine } };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#announcements.retractRun(this.#announcement);
    await this.#judging.close();
    await this.#measuring.close();
    await this.#lease.release();
  }

  async #request(queue: WorkQueue, id: string, name: string, body: object): Promise<JobOutcome> {
    const outcome = await queue.request(id, name, body);
    if (this.#deposed !== undefined) throw this.#deposed;
    this.#ends.push(performance.now());
    return outcome;
  }

  /** The attempt of a submission that no worker could judge. */
  async #heldAttempt(
    of: Pick<Attempt, "candidate" | "task" | "file" | "hash" | "files">,
    reason: string,
    startedAt: Date,
  ): Promise<Attempt> {
    const { length: caseCount } = listCases(await loadTask(of.task), this.#announcement.seed);
    return {
      schema: 1,
      ...of,
      verdict: "harness-error",
      message: `Kernelmark failed on this submission: ${reason}. It is not marked until it has been reviewed by hand.`,
      ...{ evidence: null, mistake: null, findings: [], cases: [], caseCount, log: "", remarks: [] },
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      timings: noTimings,
      measurement: null,
    };
  }

  #stop(): void {
    // A measurement in progress is taken again, as on one machine.
    this.#measuring.withdrawAll();
    this.#judging.drain().catch(() => {});
  }

  /** Shows workers that the run lives, and this process who they are. */
  async #beat(): Promise<void> {
    try {
      await this.#lease.take();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#deposed = error;
      this.#judging.withdrawAll();
      this.#measuring.withdrawAll();
      return;
    }
    await this.#announcements.announceRun(this.#announcement);
    const workers = await this.#announcements.workers();
    this.#greet(workers);
    const suited = workers.filter((worker) => unsuitedReason(worker, this.#announcement) === undefined);
    const [judging, measuring] = await Promise.all([this.#judging.counts(), this.#measuring.counts()]);
    const now = performance.now();
    while (this.#ends.length > 0 && this.#ends[0]! < now - RATE_MS) this.#ends.shift();
    this.#watcher.onStatus({
      machines: new Set(suited.map(({ host }) => host)).size,
      places: suited.reduce((sum, { jobs }) => sum + jobs, 0),
      waiting: judging.waiting + measuring.waiting,
      active: judging.active + measuring.active,
      perSecond: (1_000 * this.#ends.length) / Math.min(RATE_MS, now - this.#startMs),
    });
  }

  /** Says which workers have come and gone. */
  #greet(workers: readonly WorkerAnnouncement[]): void {
    const present = new Set(workers.map(({ id }) => id));
    for (const worker of workers) {
      if (this.#seen.has(worker.id)) continue;
      this.#seen.set(worker.id, worker);
      const reason = unsuitedReason(worker, this.#announcement);
      const words = reason === undefined ? `joined: ${worker.adapter.description}` : `gets no jobs: ${reason}`;
      this.#watcher.onRemark(`Worker ${workerName(worker)} ${words}.`);
    }
    for (const [id, worker] of this.#seen) {
      if (present.has(id)) continue;
      this.#seen.delete(id);
      this.#watcher.onRemark(`Worker ${workerName(worker)} has left.`);
    }
  }
}

/** `gpu-3 (process 812)` */
export function workerName({ host, pid }: Pick<WorkerAnnouncement, "host" | "pid">): string {
  return `${host} (process ${pid})`;
}

/** Why a worker cannot serve a run; completes "It gets no jobs: …". Undefined if it can. */
export function unsuitedReason(
  { version, adapter }: Pick<WorkerAnnouncement, "version" | "adapter">,
  run: Pick<RunAnnouncement, "name" | "version" | "adapter">,
): string | undefined {
  if (version !== run.version) return `it is Kernelmark ${version}, but the run ${run.name} needs ${run.version}`;
  const describe = ({ name, description, driver }: RunAnnouncement["adapter"]) =>
    [name, description, driver].join(", ");
  if (describe(adapter) === describe(run.adapter)) return undefined;
  return `its adapter is ${adapter.description}, but the run ${run.name} is judged on ${run.adapter.description}`;
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
