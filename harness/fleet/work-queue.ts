import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { PREFIX } from "./announcements.ts";
import { type JobHead, verdictSchema } from "./messages.ts";
import { sign, verify } from "./signed.ts";

/** A job as it is in Redis. */
export interface QueuedJob {
  /** A `JobHead` with a body, signed with the run's key. */
  readonly signed: string;
}

/**
 * A job's progress once a worker has begun it. BullMQ's `processedBy` is the worker that last took it, if only to find
 * that it has failed too often.
 */
export function startedBy(worker: string): { readonly startedBy: string } {
  return { startedBy: worker };
}

/** What became of a job. */
export type JobOutcome =
  | { readonly kind: "answered"; readonly answer: unknown; readonly machine: string }
  /** It was taken back, since the run is being stopped. */
  | { readonly kind: "withdrawn" }
  /** No worker could do it. */
  | { readonly kind: "failed"; readonly reason: string };

/** Called for whatever a person may want to know about. */
export interface WorkQueueWatcher {
  onRemark(text: string): void;
}

interface Waiting {
  readonly name: string;
  readonly signed: string;
  readonly nonce: string;
  readonly settle: (outcome: JobOutcome) => void;
  /** Whether Redis has confirmed it. */
  isAdded: boolean;
  failures: number;
}

/** A job whose worker dies this many times is held for a person: it may be the cause. */
export const MOST_DEATHS = 3;
/** A job without a valid answer is offered again, up to this many times. */
const MOST_FAILURES = 3;
const COLLECT_MS = 200;
/** Every so many collections, all jobs are compared with those in Redis, which may have lost some in a restart. */
const COMPARE_EVERY = 15;
/** BullMQ records each step of a job in a stream, with the whole verdict, which nobody reads here. */
const EVENTS_KEPT = 1;

/**
 * Jobs of a run on their way through Redis. This process knows all of them; Redis may lose any, and is given it again.
 * The first valid answer to a job counts.
 */
export class WorkQueue {
  readonly #queue: Queue<QueuedJob>;
  readonly #key: Buffer;
  readonly #session: string;
  readonly #watcher: WorkQueueWatcher;
  readonly #waiting = new Map<string, Waiting>();
  #isStopping = false;
  #collections = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #collecting: Promise<void> = Promise.resolve();

  private constructor(queue: Queue<QueuedJob>, key: Buffer, session: string, watcher: WorkQueueWatcher) {
    this.#queue = queue;
    this.#key = key;
    this.#session = session;
    this.#watcher = watcher;
  }

  /** Opens a queue, and deletes jobs that an earlier supervisor of the same run left. */
  static async open(
    name: string,
    redis: Redis,
    key: Buffer,
    session: string,
    watcher: WorkQueueWatcher,
  ): Promise<WorkQueue> {
    const left = new Queue(name, { connection: redis, prefix: PREFIX });
    await left.obliterate({ force: true });
    await left.close();
    // Only now: its settings are in Redis too.
    const queue = new Queue<QueuedJob>(name, {
      connection: redis,
      prefix: PREFIX,
      streams: { events: { maxLen: EVENTS_KEPT } },
      // Each is removed once its answer has been taken.
      defaultJobOptions: { removeOnComplete: false, removeOnFail: false, attempts: 1 },
    });
    // The connection is watched by its owner, and commands wait for it.
    queue.on("error", () => {});
    await queue.waitUntilReady();
    const opened = new WorkQueue(queue, key, session, watcher);
    opened.#schedule();
    return opened;
  }

  /**
   * Has a job done by some worker.
   *
   * @param id of no other job of this queue
   * @param name for remarks
   */
  async request(id: string, name: string, body: object): Promise<JobOutcome> {
    if (this.#isStopping) return { kind: "withdrawn" };
    const nonce = randomUUID();
    const head: JobHead = { id, session: this.#session, nonce };
    const signed = sign({ ...head, ...body }, this.#key, "job");
    const outcome = new Promise<JobOutcome>((settle) => {
      this.#waiting.set(id, { name, signed, nonce, settle, isAdded: false, failures: 0 });
    });
    await this.#offer(id);
    return outcome;
  }

  /** The jobs that no worker has taken, and those at work. */
  async counts(): Promise<{ readonly waiting: number; readonly active: number }> {
    const { wait = 0, active = 0 } = await this.#queue.getJobCounts("wait", "active");
    return { waiting: wait, active };
  }

  /** Takes back the jobs that no worker has taken yet; those at work are awaited. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    await this.#queue.pause();
    this.#collections = 0;
  }

  /** Takes back all jobs, also those at work. */
  withdrawAll(): void {
    this.#isStopping = true;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { kind: "withdrawn" });
  }

  /** Deletes the queue. */
  async close(): Promise<void> {
    this.withdrawAll();
    clearTimeout(this.#timer);
    await this.#collecting;
    await this.#queue.obliterate({ force: true });
    await this.#queue.close();
  }

  async #offer(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.isAdded = false;
    await this.#queue.add("job", { signed: waiting.signed }, { jobId: id });
    waiting.isAdded = true;
    // It may have been taken back meanwhile.
    if (!this.#waiting.has(id)) await this.#remove(id);
  }

  #settle(id: string, outcome: JobOutcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(outcome);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      // An outage: Redis is asked again.
      this.#collecting = this.#collect().catch(() => {});
      this.#collecting.then(() => this.#timer !== undefined && this.#schedule());
    }, COLLECT_MS);
  }

  async #collect(): Promise<void> {
    const isTimeToCompare = this.#collections++ % COMPARE_EVERY === 0;
    if (this.#waiting.size === 0 && !isTimeToCompare) return;
    const ended = await this.#queue.getRanges(["completed", "failed"], 0, -1);
    await Promise.all(ended.map((id) => this.#take(id)));
    if (isTimeToCompare) await this.#compare();
  }

  /** Takes the answer of a job that has ended, valid or not, and deletes the job. */
  async #take(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    const job = waiting && (await this.#queue.getJob(id));
    if (job === undefined || waiting === undefined) {
      await this.#remove(id);
      return;
    }
    const verdict = verdictSchema.safeParse(verify(job.returnvalue, this.#key, "verdict"));
    if (verdict.success && verdict.data.id === id && verdict.data.nonce === waiting.nonce) {
      const { answer, machine } = verdict.data;
      this.#settle(id, { kind: "answered", answer, machine });
      await this.#remove(id);
      return;
    }
    await this.#remove(id);
    const by = starterOf(job.progress) ?? job.processedBy ?? "a worker";
    if (job.stalledCounter >= MOST_DEATHS) {
      const reason = `${MOST_DEATHS} workers died or fell silent while they had it, the last of them ${by}`;
      this.#settle(id, { kind: "failed", reason });
      return;
    }
    const isForged = job.returnvalue !== null && job.returnvalue !== undefined;
    const fault = isForged
      ? "its verdict is not signed with this run's key"
      : (job.failedReason ?? "it gave no verdict");
    waiting.failures += 1;
    if (waiting.failures >= MOST_FAILURES) {
      this.#settle(id, { kind: "failed", reason: `${by} failed on it: ${fault}` });
    } else {
      this.#watcher.onRemark(`Refused what ${by} answered about ${waiting.name}: ${fault}. It is judged again.`);
      await this.#offer(id);
    }
  }

  /** Offers again what Redis has lost; when stopping, takes back what no worker has. */
  async #compare(): Promise<void> {
    // Redis answers in order: whatever it confirmed before is in the lists.
    const confirmed = [...this.#waiting].filter(([, { isAdded }]) => isAdded).map(([id]) => id);
    const open = new Set(await this.#queue.getRanges(["wait"], 0, -1));
    const others = new Set(await this.#queue.getRanges(["active", "completed", "failed", "delayed"], 0, -1));
    // A job may have moved from one list to the other between both calls; it is in none only if it is lost.
    const lost = confirmed.filter((id) => !open.has(id) && !others.has(id));
    for (const id of lost) {
      if ((await this.#queue.getJobState(id)) !== "unknown") continue;
      if (this.#isStopping) this.#settle(id, { kind: "withdrawn" });
      else await this.#offer(id);
    }
    if (!this.#isStopping) return;
    for (const id of open) {
      await this.#remove(id);
      this.#settle(id, { kind: "withdrawn" });
    }
  }

  /** A job that is gone already, or at work, stays as it is: its answer will be dropped. */
  async #remove(id: string): Promise<void> {
    await this.#queue.remove(id).catch(() => {});
  }
}

function starterOf(progress: unknown): string | undefined {
  const { startedBy } = Object(progress) as { startedBy?: unknown };
  return typeof startedBy === "string" ? startedBy : undefined;
}
