import type { Stage } from "../judge/judge-submission.ts";
import { noTimings } from "../results/attempt.ts";
import { type CaseResult, type Refusal, refusedCase } from "../results/case-result.ts";
import { type Case, describeCase } from "../task/case.ts";
import { timeLimits } from "../task/limits.ts";
import type { Task } from "../task/task.ts";
import type { Child } from "./child.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { ReferenceService } from "./reference-service.ts";
import { type Lateness, StageAlarm } from "./stage-alarm.ts";
import { processLimitMebibytes, stageLimitsMs } from "./stage-limits.ts";
import { type Death, deathOf, describeExit, isOutOfMemory, unexplainedExit } from "./worker-death.ts";
import type { FromWorker, JudgeJob, ToWorker } from "./worker-protocol.ts";

export type Worker = Child<ToWorker, FromWorker>;
type Done = Omit<Extract<FromWorker, { type: "done" }>, "results">;

/** What a worker is asked, beside the cases and their references. */
export type WorkerJob = Omit<JudgeJob, "type" | "caseIndices" | "readyReferences" | "referenceFolder">;

/** What came of giving a submission to a worker. */
export type WorkerOutcome =
  | { readonly kind: "done"; readonly cases: readonly CaseResult[]; readonly done: Done }
  /** The submission went past a limit: the last case says which. */
  | { readonly kind: "ended"; readonly cases: readonly CaseResult[]; readonly late?: LateStage }
  /** The worker died of what the submission did, or by chance: by the submission if it happens again. The last case says how. */
  | { readonly kind: "died"; readonly cases: readonly CaseResult[] }
  /** Nothing that the submission is known to have done. */
  | { readonly kind: "fault"; readonly message: string; readonly cases: readonly CaseResult[] };

/** The stage of the last case that went on for longer than its limit. */
export interface LateStage extends Lateness {
  readonly stage: CandidateStage;
}

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

  let isSettled = false;
  let resolve: (outcome: WorkerOutcome) => void = () => {};
  const heard = new Promise<WorkerOutcome>((resolveHeard) => {
    resolve = resolveHeard;
  });
  /** What comes first decides: a worker that was ended for one reason dies of it as well. */
  const settle = (outcome: () => WorkerOutcome) => {
    if (isSettled) return;
    isSettled = true;
    resolve(outcome());
  };
  const alarm = new StageAlarm(worker);
  const endAt: EndAt = (limitMs, outcome) => alarm.set(limitMs, (lateness) => settle(() => outcome(lateness)));
  const record = (result: CaseResult) => {
    results.push(result);
    watcher.onCase(result);
  };
  const refuse = (refusal: Refusal) => {
    const one = cases.find(({ index }) => stage !== undefined && "caseIndex" in stage && index === stage.caseIndex)!;
    record(refusedCase(one, refusal));
  };
  const end: End = (refusal, late) => {
    refuse(refusal);
    return { kind: "ended", cases: results, ...(late === undefined ? {} : { late }) };
  };
  const fault = (message: string): WorkerOutcome => ({ kind: "fault", message, cases: results });
  /** @param words what there is to say where nothing of the submission's was at work, or nobody knows how it died */
  const outcomeOfDeath = (death: Death, how: string, words: string): WorkerOutcome => {
    // What was judged stands, though we could not tell more about it.
    if (stage?.stage === "diagnose") return undiagnosed(results);
    const at = atWork(stage);
    if (death === undefined || at === undefined) return fault(words);
    refuse(deathRefusal(death, how, at.what));
    return { kind: "died", cases: results };
  };

  worker.listen((message) => {
    switch (message.type) {
      case "stage":
        for (const result of message.results) record(result);
        stage = message.stage;
        watcher.onStage(stage);
        watchStage(message.stage, task, cases, job, endAt, end, fault, results);
        break;
      case "done":
        for (const result of message.results) record(result);
        settle(() => ({ kind: "done", cases: results, done: message }));
        break;
      case "fault": {
        const { message: words } = message;
        const [how] = words.split("\n");
        settle(() => outcomeOfDeath(isOutOfMemory(words) ? "memory-limit" : undefined, how!, words));
        break;
      }
    }
  });
  const mostMebibytes = processLimitMebibytes(job.limits);
  const memory = new MemoryWatch(worker, mostMebibytes, () =>
    settle(() => outcomeOfExcess(mostMebibytes, stage, cases, results, end, fault)),
  );
  worker.exited.then((exit) => {
    // The system kills without a word when memory is short; so may anybody else, whatever the process holds.
    const isStarved = exit.signal === "SIGKILL" && memory.heldMuch;
    const death = isStarved ? "memory-limit" : deathOf(exit);
    settle(() => outcomeOfDeath(death, `it ended ${describeExit(exit)}`, unexplainedExit(exit)));
  });
  endAt(timeLimits.workerStartMs, () => fault("the worker process did not start"));

  const { ready, failure, stop } = references.follow(job.task, (news) => worker.send(news));
  const caseIndices = cases.map(({ index }) => index);
  worker.send({ type: "judge", ...job, caseIndices, referenceFolder: references.folder, readyReferences: ready });
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
  fault: (message: string) => WorkerOutcome,
  results: readonly CaseResult[],
): void {
  if (stage.stage === "diagnose") {
    endAt(timeLimits.diagnoseMs, () => undiagnosed(results));
    return;
  }
  const one = cases.find(({ index }) => index === stage.caseIndex)!;
  if (stage.stage === "reference") {
    const message = `the reference of ${describeCase(one)} was not made in time`;
    endAt(timeLimits.referenceMs, () => fault(message));
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
  const done = { type: "done", diagnosis: undefined, log: "", timings: noTimings } as const;
  return { kind: "done", cases: results, done };
}

const LOOP_HINT = "Look for a loop that never ends, or for work that grows too fast with the shape.";
const COMPILE_HINT = "Make them shorter: write loops instead of the same statements many times.";

/** What of a submission's may be at work. */
type CandidateStage = "plan" | "compile" | "run" | "read-back";

/** What of the submission's is at work in a stage; undefined where nothing is. */
function atWork(stage: Stage | undefined): { readonly what: CandidateStage; readonly caseIndex: number } | undefined {
  if (stage === undefined || stage.stage === "diagnose") return undefined;
  const { caseIndex } = stage;
  // While a plan is made, or a reference is awaited, the driver may be compiling what comes after.
  if (stage.stage === "plan") return { what: stage.isCompiling ? "compile" : "plan", caseIndex };
  if (stage.stage === "reference") return stage.isCompiling ? { what: "compile", caseIndex } : undefined;
  return { what: stage.stage, caseIndex };
}

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

/** What a kernel was doing when its process crashed. */
const CRASHED: Readonly<Record<Exclude<CandidateStage, "plan">, string>> = {
  compile: "while it was compiled",
  run: "while it ran",
  "read-back": "while its results were read back",
};

function outcomeOfExcess(
  mebibytes: number,
  stage: Stage | undefined,
  cases: readonly Case[],
  results: readonly CaseResult[],
  end: End,
  fault: (message: string) => WorkerOutcome,
): WorkerOutcome {
  if (stage?.stage === "diagnose") return undiagnosed(results);
  const at = atWork(stage);
  if (at === undefined) return fault(`the worker process took more than ${mebibytes} MiB of memory`);
  const [doing, hint] = GROWING[at.what];
  const one = cases.find(({ index }) => index === at.caseIndex)!;
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

/** What a process that died means for the submission that was at work in it. */
function deathRefusal(verdict: NonNullable<Death>, how: string, what: CandidateStage): Refusal {
  if (verdict === "memory-limit") {
    const [doing, hint] = GROWING[what];
    const message = `The kernel's process ran out of memory while ${doing} (${how}). ${hint}`;
    return { verdict, message, evidence: null };
  }
  if (what === "plan") {
    const message = `The plan function took its process down (${how}). Make it simpler.`;
    return { verdict: "plan-error", message, evidence: null };
  }
  const message = `The kernel took the GPU's process down ${CRASHED[what]} (${how}): it crashed the driver.`;
  return { verdict, message, evidence: null };
}
