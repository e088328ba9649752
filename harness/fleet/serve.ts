import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Job, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { AdapterChoice } from "../adapter/adapter.ts";
import type { JudgingService } from "../run/judging-service.ts";
import { MeasuringService } from "../run/measuring-service.ts";
import { withJudging } from "../run/with-judging.ts";
import { UserError } from "../text/user-error.ts";
import { requireIsolation } from "../worker/isolation.ts";
import { Turns } from "../worker/turns.ts";
import { ANNOUNCE_MS, Announcements, PREFIX, SILENCE_MS } from "./announcements.ts";
import { kernelmarkVersion } from "./kernelmark-version.ts";
import type { JobHead, JudgeBody, MeasureBody, RunAnnouncement, WorkerAnnouncement } from "./messages.ts";
import type { QueueKey } from "./queue-key.ts";
import { queueName, unsuitedReason, workerName } from "./remote-run.ts";
import { sign, verify } from "./signed.ts";
import { MOST_DEATHS, type QueuedJob, startedBy } from "./work-queue.ts";

export interface WorkerSetting {
  readonly redis: Redis;
  readonly key: QueueKey;
  readonly adapter: AdapterChoice;
  /** The number of submissions judged at the same time. */
  readonly jobs: number;
  /** A job whose worker is silent for this long goes to another. */
  readonly silenceMs: number;
  /** Aborts to finish the jobs in progress, and to end. */
  readonly signal: AbortSignal;
}

/** A job that a worker has done. */
export interface DoneJob {
  readonly kind: "judge" | "measure";
  readonly task: string;
  /** Empty if it measures: the job does not say whose kernel it is. */
  readonly candidate: string;
  /** The verdict, or the outcome of measuring. */
  readonly outcome: string;
  readonly seconds: number;
}

/** Called as a worker works. */
export interface WorkerWatcher {
  /** Called when there is no run to work for. */
  onIdle(): void;
  onRun(run: RunAnnouncement): void;
  onRunEnd(run: RunAnnouncement): void;
  /** Called once for a run that this worker cannot serve; the reason completes "It gets no jobs: …". */
  onUnsuited(reason: string): void;
  onStart(kind: DoneJob["kind"]): void;
  onDone(job: DoneJob): void;
  /** Called after a job, also if Kernelmark failed on it. */
  onEnd(): void;
  onRefused(reason: string): void;
}

/** How often a worker looks for a run. */
const LOOK_MS = 1_000;

/**
 * Works for the runs of a queue, one after the other, until the signal aborts.
 *
 * @throws UserError if the queue is used with another key, or has runs but none that this worker can serve
 */
export async function serveQueue(setting: WorkerSetting, watcher: WorkerWatcher): Promise<void> {
  const { redis, key, adapter, jobs, signal } = setting;
  const announcements = new Announcements(redis, key);
  await announcements.requireKey();
  const { environment: _, ...described } = adapter;
  const self: WorkerAnnouncement = {
    ...{ id: randomUUID(), host: hostname(), pid: process.pid },
    ...{ version: kernelmarkVersion(), adapter: described, jobs },
  };
  await announcements.announceWorker(self);
  const beat = setInterval(() => announcements.announceWorker(self).catch(() => {}), ANNOUNCE_MS);
  const refused = new Set<string>();
  let hasLooked = false;
  let isIdle = false;
  try {
    while (!signal.aborted) {
      const runs = await announcements.runs();
      const suited = runs.find((run) => unsuitedReason(self, run) === undefined);
      for (const run of runs) {
        const reason = unsuitedReason(self, run);
        if (reason === undefined || refused.has(run.session)) continue;
        if (suited === undefined && !hasLooked) throw new UserError(sentence(reason), HOW_TO_SUIT);
        refused.add(run.session);
        watcher.onUnsuited(reason);
      }
      hasLooked = true;
      if (suited !== undefined) {
        if (suited.isIsolated) await requireIsolation(adapter);
        await serveRun(suited, self, announcements, setting, watcher);
        isIdle = false;
        continue;
      }
      if (!isIdle) watcher.onIdle();
      isIdle = true;
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    clearInterval(beat);
    await announcements.retractWorker(self);
  }
}

const HOW_TO_SUIT =
  "Install the run's version of Kernelmark with the same --tasks, and use the same adapter and driver.";

function sentence(reason: string): string {
  return `This worker gets no jobs: ${reason}.`;
}

/** Works for a run until it has ended, or the signal aborts. */
async function serveRun(
  run: RunAnnouncement,
  self: WorkerAnnouncement,
  announcements: Announcements,
  { redis, key, adapter, jobs, silenceMs, signal }: WorkerSetting,
  watcher: WorkerWatcher,
): Promise<void> {
  const { seed, limits, isIsolated } = run;
  watcher.onRun(run);
  await withJudging({ adapter, seed, limits, isIsolated }, async (judging) => {
    const jobsOfRun = new RunJobs(run, self, key.ofRun(run.id), announcements, judging, watcher, adapter);
    const workers = (["judge", "measure"] as const).map(
      (kind) =>
        new Worker<QueuedJob, string>(queueName(kind, run.id), (job) => jobsOfRun.do(kind, job), {
          ...{ connection: redis, prefix: PREFIX, name: workerName(self) },
          concurrency: kind === "judge" ? jobs : 1,
          lockDuration: silenceMs,
          stalledInterval: silenceMs,
          // One less: this is the number of deaths after which a job is offered again.
          maxStalledCount: MOST_DEATHS - 1,
          runRetryDelay: LOOK_MS,
        }),
    );
    // The connection is watched by its owner; a lost job is offered again by the supervisor.
    for (const worker of workers) worker.on("error", () => {});
    await runEnd(run, announcements, signal);
    await Promise.all(workers.map((worker) => worker.close()));
  });
  watcher.onRunEnd(run);
}

/** Waits until the run is no longer announced, or the signal aborts. */
async function runEnd({ id }: RunAnnouncement, announcements: Announcements, signal: AbortSignal): Promise<void> {
  // After a restart Redis may have forgotten the run: its supervisor announces it again.
  let absentSince: number | undefined;
  while (!signal.aborted) {
    const isPresent = (await announcements.runs()).some((run) => run.id === id);
    absentSince = isPresent ? undefined : (absentSince ?? performance.now());
    if (absentSince !== undefined && performance.now() - absentSince > SILENCE_MS / 3) return;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Does a run's jobs on this machine. */
class RunJobs {
  readonly #run: RunAnnouncement;
  readonly #machine: string;
  readonly #name: string;
  readonly #key: Buffer;
  readonly #announcements: Announcements;
  readonly #judging: JudgingService;
  readonly #measuring: MeasuringService;
  readonly #watcher: WorkerWatcher;
  /** A worker that measures does nothing else. */
  readonly #turns = new Turns();
  #session: string;

  constructor(
    run: RunAnnouncement,
    self: WorkerAnnouncement,
    key: Buffer,
    announcements: Announcements,
    judging: JudgingService,
    watcher: WorkerWatcher,
    adapter: AdapterChoice,
  ) {
    this.#run = run;
    this.#session = run.session;
    this.#machine = self.host;
    this.#name = workerName(self);
    this.#key = key;
    this.#announcements = announcements;
    this.#judging = judging;
    this.#measuring = new MeasuringService(adapter, { isIsolated: run.isIsolated });
    this.#watcher = watcher;
  }

  /** @returns the signed verdict */
  async do(kind: DoneJob["kind"], queued: Job<QueuedJob>): Promise<string> {
    const { id = "", data } = queued;
    const job = verify(data?.signed, this.#key, "job") as (JobHead & (JudgeBody | MeasureBody)) | undefined;
    if (job === undefined) throw this.#refused("it is not signed with the run's key");
    if (job.id !== id) throw this.#refused("it is a copy of another job");
    if (!(await this.#isOfSession(job.session))) throw this.#refused("it is a copy of an earlier session's job");
    await queued.updateProgress(startedBy(this.#name));
    const work = async () => {
      this.#watcher.onStart(kind);
      const startMs = performance.now();
      try {
        const done = kind === "judge" ? await this.#judge(job as JudgeBody) : await this.#measure(job as MeasureBody);
        const { answer, ...about } = done;
        this.#watcher.onDone({ kind, ...about, seconds: (performance.now() - startMs) / 1_000 });
        return answer;
      } finally {
        this.#watcher.onEnd();
      }
    };
    const answer = await (kind === "judge" ? this.#turns.besideOthers(work) : this.#turns.alone(work));
    return sign({ id, nonce: job.nonce, machine: this.#machine, answer }, this.#key, "verdict");
  }

  #refused(reason: string): Error {
    this.#watcher.onRefused(reason);
    return new UnrecoverableError(`it refused the job, since ${reason}`);
  }

  /** A resumed run has a new session, which may have begun since. */
  async #isOfSession(session: string): Promise<boolean> {
    if (session === this.#session) return true;
    const now = (await this.#announcements.runs()).find(({ id }) => id === this.#run.id);
    this.#session = now?.session ?? this.#session;
    return session === this.#session;
  }

  async #judge({ submission, bundled }: JudgeBody): Promise<Done> {
    const { candidate, task } = submission;
    try {
      const attempt = await this.#judging.judge({ ...submission, folder: "" }, { bundled });
      // The supervisor has the files.
      const answer = { kind: "judged", attempt: { ...attempt, files: [] } };
      return { task, candidate, outcome: attempt.verdict, answer };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, hint } = error;
      return { task, candidate, outcome: "task-fault", answer: { kind: "task-fault", message, ...(hint && { hint }) } };
    }
  }

  async #measure(request: MeasureBody): Promise<Done> {
    const answer = await this.#measuring.measure(request, {});
    return { task: request.task, candidate: "", outcome: answer.kind, answer };
  }
}

interface Done extends Pick<DoneJob, "task" | "candidate" | "outcome"> {
  readonly answer: object;
}
