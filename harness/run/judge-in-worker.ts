import { type Case, describeCase } from "../judge/case.ts";
import { type CaseResult, type Refusal, refusedCase } from "../judge/case-result.ts";
import type { Stage } from "../judge/judge-submission.ts";
import { timeLimits } from "../limits.ts";
import type { Task } from "../task/task.ts";
import { noTimings } from "./attempt.ts";
import type { Child, ChildExit } from "./child.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { FromWorker, JudgeJob, ToWorker } from "./messages.ts";
import type { ReferenceService } from "./reference-service.ts";
import { type Lateness, StageAlarm } from "./stage-alarm.ts";
import { processLimitMebibytes, stageLimitsMs } from "./stage-limits.ts";

export type Worker = Child<ToWorker, FromWorker>;
type Done = Omit<Extract<FromWorker, { type: "done" }>, "result">;

export type WorkerJob = Omit<JudgeJob, "type" | "readyReferences" | "referenceFolder" | "caseIndexes">;

/** What came of giving a submission to a worker. */
export type WorkerOutcome =
  | { readonly kind: "done"; readonly cases: readonly CaseResult[]; readonly done: Done }
  /** The submission ended the worker, or had to be ended: the last case says how. */
  | { readonly kind: "ended"; readonly cases: readonly CaseResult[]; readonly late?: LateStage }
  /** Our own fault, or somebody else's; not the submission's. */
  | { readonly kind: "fault"; readonly message: string };

/** The stage of the last case that went on for longer than its limit. */
export interface LateStage extends Lateness {
  readonly stage: CandidateStage;
}

/** Signals by which a driver that crashes ends its process. SIGKILL is not among them: somebody else sent that. */
export const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/** Told what a worker does. */
export interface JudgingWatcher {
  onStage(stage: Stage): void;
  onCase(result: CaseResult): void;
}

/** Has one worker judge one submission, holds every stage to its limit, and ends the worker. */
export async function judgeInWorker(
  worker: Worker,
  job: WorkerJob,
  task: Task,
  cases: readonly Case[],
  references: Pick<ReferenceService, "follow" | "folder">,
  watcher: JudgingWatcher,
): Promise<WorkerOutcome> {
  const results: CaseResult[] = [];
  let stage: Stage | undefined;

  let settle: (outcome: WorkerOutcome) => void = () => {};
  const heard = new Promise<WorkerOutcome>((resolve) => {
    settle = resolve;
  });
  const alarm = new StageAlarm(worker);
  const endAt: EndAt = (limitMs, outcome) => alarm.set(limitMs, (lateness) => settle(outcome(lateness)));
  const record = (result: CaseResult | undefined) => {
    if (result === undefined) return;
    results.push(result);
    watcher.onCase(result);
  };
  const end: End = (refusal, late) => {
    const one = cases.find(({ index }) => stage !== undefined && "caseIndex" in stage && index === stage.caseIndex)!;
    record(refusedCase(one, refusal));
    return { kind: "ended", cases: results, ...(late === undefined ? {} : { late }) };
  };

  worker.listen((message) => {
    switch (message.type) {
      case "stage":
        record(message.result);
        stage = message.stage;
        watcher.onStage(stage);
        watchStage(message.stage, task, cases, job, endAt, end, results);
        break;
      case "done":
        record(message.result);
        settle({ kind: "done", cases: results, done: message });
        break;
      case "fault":
        // What was judged stands, though we could not tell more about it.
        settle(stage?.stage === "diagnose" ? undiagnosed(results) : { kind: "fault", message: message.message });
        break;
    }
  });
  const mostMebibytes = processLimitMebibytes(job.limits);
  const memory = new MemoryWatch(worker, mostMebibytes, () =>
    settle(outcomeOfExcess(mostMebibytes, stage, cases, results, end)),
  );
  worker.exited.then((exit) => settle(outcomeOfExit(exit, stage, end)));
  endAt(timeLimits.workerStartMs, () => ({ kind: "fault", message: "the worker process did not start" }));

  const { ready, failure, stop } = references.follow(job.task, (news) => worker.send(news));
  const caseIndexes = cases.map(({ index }) => index);
  worker.send({ type: "judge", ...job, caseIndexes, referenceFolder: references.folder, readyReferences: ready });
  if (failure !== undefined) worker.send({ type: "reference-failed", message: failure });
  const outcome = await heard;
  alarm.clear();
  memory.stop();
  stop();
  worker.listen(() => {});
  worker.kill();
  return outcome;
}

/** Sets the alarm: what comes of a stage that goes on for longer than its limit. */
type EndAt = (limitMs: number, outcome: (lateness: Lateness) => WorkerOutcome) => void;
type End = (refusal: Refusal, late?: LateStage) => WorkerOutcome;

/** Sets the alarm for a stage. */
function watchStage(
  stage: Stage,
  task: Task,
  cases: readonly Case[],
  { limits, adapterKind }: Pick<JudgeJob, "limits" | "adapterKind">,
  endAt: EndAt,
  end: End,
  results: readonly CaseResult[],
): void {
  if (stage.stage === "diagnose") {
    endAt(timeLimits.diagnoseMs, () => undiagnosed(results));
    return;
  }
  const one = cases.find(({ index }) => index === stage.caseIndex)!;
  if (stage.stage === "reference") {
    const message = `the reference of ${describeCase(one)} was not made in time`;
    endAt(timeLimits.referenceMs, () => ({ kind: "fault", message }));
    return;
  }
  const mayCompile = stage.stage === "run" && stage.mayCompile;
  const limitMs = stageLimitsMs(limits, task, one, mayCompile)[stage.stage];
  endAt(limitMs, ({ wasDisturbed }) =>
    // Nobody tells how busy a GPU is.
    end(timeLimit(stage, one, limitMs), {
      stage: stage.stage,
      wasDisturbed: wasDisturbed || adapterKind === "hardware",
    }),
  );
}

/** What there is to say of wrong results that nothing more was found out about. */
function undiagnosed(results: readonly CaseResult[]): WorkerOutcome {
  const done = { type: "done", mistake: undefined, findings: [], log: "", timings: noTimings } as const;
  return { kind: "done", cases: results, done };
}

const LOOP_HINT = "Look for a loop that never ends, or for work that grows too fast with the shape.";
const COMPILE_HINT = "Make them shorter: write loops instead of the same statements many times.";

type CandidateStage = "plan" | "compile" | "run" | "read-back";

/** Who is late in a stage, and what to do about it. */
const LATE: Readonly<Record<CandidateStage, readonly [what: string, hint: string]>> = {
  plan: ["The plan function", LOOP_HINT],
  compile: ["The compilation of the plan's shaders", COMPILE_HINT],
  run: ["The kernel", LOOP_HINT],
  "read-back": ["Reading back the results", "The kernel itself had ended: submit it again, and ask if it stays so."],
};

/** What goes on in a stage while memory grows, and what to do about it. */
const GROWING: Readonly<Record<CandidateStage, readonly [doing: string, hint: string]>> = {
  plan: ["the plan function was called", "Look for an array or a string that grows without end."],
  compile: ["the plan's shaders were compiled", COMPILE_HINT],
  run: ["the kernel ran", "Use less scratch and workgroup memory, and shorter shaders."],
  "read-back": ["the results were read back", "Use less scratch."],
};

function outcomeOfExcess(
  mebibytes: number,
  stage: Stage | undefined,
  cases: readonly Case[],
  results: readonly CaseResult[],
  end: End,
): WorkerOutcome {
  if (stage?.stage === "diagnose") return undiagnosed(results);
  if (stage === undefined || stage.stage === "reference") {
    return { kind: "fault", message: `the worker process took more than ${mebibytes} MiB of memory` };
  }
  // A plan function has a limit of its own.
  const [doing, hint] = GROWING[stage.stage === "plan" && stage.isCompiling ? "compile" : stage.stage];
  const one = cases.find(({ index }) => index === stage.caseIndex)!;
  const message = `The kernel's process took more than ${mebibytes} MiB of memory while ${doing} on ${describeCase(one)}. ${hint}`;
  return end({ verdict: "memory-limit", message, evidence: null });
}

function timeLimit(stage: Exclude<Stage, { stage: "reference" | "diagnose" }>, one: Case, limitMs: number): Refusal {
  const [what, hint] = LATE[stage.stage];
  const plain = stage.stage === "run" ? `; the plain kernel took ${roughSeconds(stage.plainMs)} there` : "";
  const message = `${what} did not finish within ${limitMs / 1000} s on ${describeCase(one)}${plain}. ${hint}`;
  return { verdict: "time-limit", message, evidence: { kind: "limit", what, limitMs } };
}

function roughSeconds(ms: number): string {
  return `${Number((Math.max(1, ms) / 1000).toPrecision(1))} s`;
}

/** Whether the driver is at work: while a reference is awaited too, it may be compiling what comes after. */
function mayCrashDriver(stage: Stage | undefined): stage is Exclude<Stage, { stage: "diagnose" }> {
  if (stage === undefined || stage.stage === "diagnose" || stage.stage === "read-back") return false;
  return stage.stage !== "plan" || stage.isCompiling;
}

function outcomeOfExit({ code, signal, lastWords }: ChildExit, stage: Stage | undefined, end: End): WorkerOutcome {
  const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
  // Node aborts so when our own JavaScript needs too much: no kernel can make it.
  const isOurs = /JavaScript heap out of memory/.test(lastWords);
  if (!isOurs && mayCrashDriver(stage) && (CRASH_SIGNALS.includes(signal) || (code ?? 0) > 128)) {
    const doing = stage.stage === "run" ? "ran" : "was compiled";
    const message = `The kernel took the GPU's process down while it ${doing} (it ended ${how}): it crashed the driver.`;
    return end({ verdict: "device-lost", message, evidence: null });
  }
  const words = lastWords.trim().split("\n").at(-1);
  return { kind: "fault", message: `the worker process ended ${how}${words ? `: ${words}` : ""}` };
}
