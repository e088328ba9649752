import { isDiagnosable } from "../judge/diagnosable.ts";
import type { Diagnosis, Stage } from "../judge/judge-submission.ts";
import { atWork, type CandidateStage, COMPILE_HINT, stageLimitMs, timeLimitRefusal } from "../judge/late-stage.ts";
import { changedPlanOf } from "../judge/slips.ts";
import { processLimitMebibytes } from "../judge/stage-limits.ts";
import { noTimings } from "../results/attempt.ts";
import { type CaseResult, type Refusal, refusedCase } from "../results/case-result.ts";
import { describeEnd } from "../system/process-end.ts";
import { type Case, describeCase } from "../task/case.ts";
import { timeLimits } from "../task/limits.ts";
import type { Task } from "../task/task.ts";
import type { ReferenceService } from "./reference-service.ts";
import type { Lateness } from "./stage-alarm.ts";
import type { OpenRequest, RequestOutcome, SupervisedProcess } from "./supervised-process.ts";
import { type Death, deathOf, isOutOfMemory, unexplainedExit } from "./worker-death.ts";
import type { FromWorker, JudgeJob, ToWorker } from "./worker-protocol.ts";

export type Worker = SupervisedProcess<ToWorker, FromWorker>;
type Done = Omit<Extract<FromWorker, { type: "done" }>, "results">;

/** A worker's job, without the cases and their references. */
export type WorkerJob = Omit<JudgeJob, "type" | "caseIndices" | "readyReferences" | "referenceFolder">;

/** The outcome of judging a submission in a worker. */
export type WorkerOutcome =
  | { readonly kind: "done"; readonly cases: readonly CaseResult[]; readonly done: Done }
  /** The submission exceeded a limit: the last case says which. */
  | { readonly kind: "ended"; readonly cases: readonly CaseResult[]; readonly late?: LateStage }
  /** The worker died, as the last case says: by chance, or because of the submission if it happens again. */
  | { readonly kind: "died"; readonly cases: readonly CaseResult[] }
  /** A failure without a known cause in the submission. */
  | { readonly kind: "fault"; readonly message: string; readonly cases: readonly CaseResult[] };

/** The stage of the last case that exceeded its time limit. */
export interface LateStage extends Lateness {
  readonly stage: CandidateStage;
}

/** Called as a worker makes progress. */
export interface JudgingWatcher {
  onStage(stage: Stage): void;
  onCase(result: CaseResult): void;
}

/** Judges one submission in one worker, enforces every stage's limit, and ends the worker. */
export async function judgeInWorker(
  worker: Worker,
  job: WorkerJob,
  task: Task,
  cases: readonly Case[],
  references: Pick<ReferenceService, "follow" | "folder" | "makeMistaken">,
  watcher: JudgingWatcher,
  signal?: AbortSignal,
): Promise<WorkerOutcome> {
  const results: CaseResult[] = [];
  let stage: Stage | undefined;
  let open: OpenRequest<Answer> | undefined;
  let early: Diagnosis | undefined;
  const readyReferences = new Set<number>();
  const isReady = (caseIndex: number) => readyReferences.has(caseIndex);
  const holdToLimit = () => open?.limit(stageLimitMs(stage!, task, cases, job, isReady));
  const record = (result: CaseResult) => {
    results.push(result);
    watcher.onCase(result);
  };
  const { ready, failure, stop } = references.follow(job.task, (news) => {
    worker.send(news);
    if (news.type !== "reference-ready") return;
    readyReferences.add(news.caseIndex);
    if (stage?.stage === "reference" && stage.caseIndex === news.caseIndex) holdToLimit();
  });
  for (const caseIndex of ready) readyReferences.add(caseIndex);
  let isOver = false;
  const makeMistaken = async ({ caseIndex, mistakes }: Wanted) => {
    const mistaken = await references.makeMistaken(job.task, caseIndex, mistakes);
    if (isOver) return;
    worker.send({ type: "mistakes-made", caseIndex, mistakes: mistaken });
    holdToLimit();
  };
  const caseIndices = cases.map(({ index }) => index);
  const judging = worker.request<Answer>(
    { type: "judge", ...job, caseIndices, referenceFolder: references.folder, readyReferences: ready },
    {
      limitMs: timeLimits.workerStartMs,
      mostMebibytes: processLimitMebibytes(job.limits),
      signal,
      onMessage(message, request) {
        if (message.type === "stage" || message.type === "done") message.results.forEach(record);
        if (message.type === "stage") {
          stage = message.stage;
          watcher.onStage(stage);
          open = request;
          holdToLimit();
        } else if (message.type === "mistakes-wanted" && isPlausible(message, task, cases)) {
          request.limit(timeLimits.referenceMs);
          makeMistaken(message);
        } else if (message.type === "diagnosed") {
          early = message.diagnosis;
        } else if (message.type === "done" || message.type === "fault") request.answer(message);
      },
    },
  );
  if (failure !== undefined) worker.send({ type: "reference-failed", message: failure });
  const outcome = await judging;
  isOver = true;
  stop();
  worker.kill();
  if (outcome.kind === "answered" && outcome.answer.type === "done") {
    return { kind: "done", cases: results, done: outcome.answer };
  }
  // The results stand, with what was found so far.
  if (stage?.stage === "diagnose") return interrupted(results, early);
  const ended = whyEnded(outcome, stage, cases, job, isReady);
  if (ended.kind === "fault") return { ...ended, cases: results };
  const { caseIndex, refusal, ...how } = ended;
  record(refusedCase(caseAt(cases, caseIndex), refusal));
  return { ...how, cases: results };
}

type Wanted = Extract<FromWorker, { type: "mistakes-wanted" }>;

/** The worker has run a candidate's kernel: the process that makes references gets only requests that make sense. */
function isPlausible({ caseIndex, mistakes }: Wanted, task: Task, cases: readonly Case[]): boolean {
  const one = cases.find(({ index }) => index === caseIndex);
  if (one === undefined || !isDiagnosable(task, { case: one })) return false;
  return mistakes.every((mistake) => changedPlanOf(task, mistake) !== undefined);
}

/** A worker's last message. */
type Answer = Extract<FromWorker, { type: "done" | "fault" }>;

/** The reason why judging ended early: the submission, or another. */
type EarlyEnd =
  | {
      readonly kind: "ended" | "died";
      readonly caseIndex: number;
      readonly refusal: Refusal;
      readonly late?: LateStage;
    }
  | { readonly kind: "fault"; readonly message: string };

function whyEnded(
  outcome: RequestOutcome<Answer>,
  stage: Exclude<Stage, { stage: "diagnose" }> | undefined,
  cases: readonly Case[],
  { adapterKind }: Pick<WorkerJob, "adapterKind">,
  isReady: (caseIndex: number) => boolean,
): EarlyEnd {
  const at = atWork(stage);
  /** @param words the message if no part of the submission was running, or the cause of death is unknown */
  const death = (verdict: Death, how: string, words: string): EarlyEnd =>
    verdict === undefined || at === undefined
      ? { kind: "fault", message: words }
      : { kind: "died", caseIndex: at.caseIndex, refusal: deathRefusal(verdict, how, at.what) };
  switch (outcome.kind) {
    case "stopped":
      return { kind: "fault", message: "it was stopped" };
    case "late": {
      if (stage === undefined) return { kind: "fault", message: "the worker process did not start" };
      const one = caseAt(cases, stage.caseIndex);
      if (at === undefined || (stage.stage === "reference" && !isReady(one.index))) {
        return { kind: "fault", message: `the reference for ${describeCase(one)} was not ready in time` };
      }
      // A GPU's load is unknown.
      const wasDisturbed = outcome.wasDisturbed || adapterKind === "hardware";
      const refusal = timeLimitRefusal(at.what, stage, one, outcome.limitMs);
      return { kind: "ended", caseIndex: one.index, refusal, late: { stage: at.what, wasDisturbed } };
    }
    case "too large": {
      const { mebibytes } = outcome;
      if (at === undefined) {
        return { kind: "fault", message: `the worker process used more than ${mebibytes} MiB of memory` };
      }
      const refusal = excessRefusal(mebibytes, at.what, caseAt(cases, at.caseIndex));
      return { kind: "ended", caseIndex: at.caseIndex, refusal };
    }
    case "died": {
      const { exit, heldMuch } = outcome;
      // The system kills without a message when memory is short; so may anyone else, whatever the process's size.
      const isStarved = exit.signal === "SIGKILL" && heldMuch;
      const verdict = isStarved ? "memory-limit" : deathOf(exit);
      return death(verdict, `the process ${describeEnd(exit)}`, unexplainedExit(exit));
    }
    case "answered": {
      const words = "message" in outcome.answer ? outcome.answer.message : "";
      return death(isOutOfMemory(words) ? "memory-limit" : undefined, words.split("\n")[0]!, words);
    }
  }
}

function caseAt(cases: readonly Case[], caseIndex: number): Case {
  return cases.find(({ index }) => index === caseIndex)!;
}

/** The outcome of wrong results whose diagnosis did not end. */
function interrupted(results: readonly CaseResult[], diagnosis: Diagnosis | undefined): WorkerOutcome {
  const done = { type: "done", diagnosis, log: "", timings: noTimings } as const;
  return { kind: "done", cases: results, done };
}

/** The activity of a stage while memory grows, and the fix. */
const GROWING: Readonly<Record<CandidateStage, readonly [doing: string, hint: string]>> = {
  plan: ["the plan function was called", "Look for an array or a string that grows without end."],
  compile: ["the plan's shaders were compiled", COMPILE_HINT],
  run: ["the kernel ran", "Use less scratch and workgroup memory, and shorter shaders."],
  "read-back": ["the results were read back", "Use less scratch."],
};

/** The kernel's activity when its process crashed. */
const CRASHED: Readonly<Record<Exclude<CandidateStage, "plan">, string>> = {
  compile: "while it was compiled",
  run: "while it ran",
  "read-back": "while its results were read back",
};

function excessRefusal(mebibytes: number, what: CandidateStage, one: Case): Refusal {
  const [doing, hint] = GROWING[what];
  const message = `The kernel's process used more than ${mebibytes} MiB of memory while ${doing} on ${describeCase(one)}. ${hint}`;
  return { verdict: "memory-limit", message, evidence: null };
}

/** The refusal of the submission that was running when its process died. */
function deathRefusal(verdict: NonNullable<Death>, how: string, what: CandidateStage): Refusal {
  if (verdict === "memory-limit") {
    const [doing, hint] = GROWING[what];
    const message = `The kernel's process ran out of memory while ${doing} (${how}). ${hint}`;
    return { verdict, message, evidence: null };
  }
  if (what === "plan") {
    const message = `The plan function crashed its process (${how}). Simplify it.`;
    return { verdict: "plan-error", message, evidence: null };
  }
  const message = `The kernel crashed the driver ${CRASHED[what]} (${how}).`;
  return { verdict, message, evidence: null };
}
