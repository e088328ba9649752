import { type Case, describeCase } from "../judge/case.ts";
import { type CaseResult, type Refusal, refusedCase } from "../judge/case-result.ts";
import type { Stage } from "../judge/judge-submission.ts";
import type { JudgingLimits } from "../limits.ts";
import type { Task } from "../task/task.ts";
import { noTimings } from "./attempt.ts";
import type { Child, ChildExit } from "./child.ts";
import type { FromWorker, JudgeJob, ToWorker } from "./messages.ts";
import type { ReferenceService } from "./reference-service.ts";
import { StageAlarm } from "./stage-alarm.ts";
import { runLimitMs, timeLimits } from "./time-limits.ts";

export type Worker = Child<ToWorker, FromWorker>;
type Done = Extract<FromWorker, { type: "done" }>;

/** What came of giving a submission to a worker. */
export type WorkerOutcome =
  | { readonly kind: "done"; readonly cases: readonly CaseResult[]; readonly done: Done }
  /** The submission ended the worker, or had to be ended: the last case says how. */
  | { readonly kind: "ended"; readonly cases: readonly CaseResult[] }
  /** Our own fault, or somebody else's; not the submission's. */
  | { readonly kind: "fault"; readonly message: string };

/** Signals by which a driver that crashes ends its process. SIGKILL is not among them: somebody else sent that. */
export const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/** Has one worker judge one submission, holds every stage to its limit, and ends the worker. */
export async function judgeInWorker(
  worker: Worker,
  job: Omit<JudgeJob, "type" | "readyReferences" | "referenceFolder">,
  task: Task,
  cases: readonly Case[],
  references: ReferenceService,
  onCase: (result: CaseResult) => void,
): Promise<WorkerOutcome> {
  const results: CaseResult[] = [];
  let stage: Stage | undefined;

  let settle: (outcome: WorkerOutcome) => void = () => {};
  const heard = new Promise<WorkerOutcome>((resolve) => {
    settle = resolve;
  });
  const alarm = new StageAlarm(worker, job.adapterKind);
  const endAt: EndAt = (limitMs, outcome) => alarm.set(limitMs, () => settle(outcome()));
  const record = (result: CaseResult) => {
    results.push(result);
    onCase(result);
  };
  const end = (refusal: Refusal): WorkerOutcome => {
    const one = cases.find(({ index }) => stage !== undefined && "caseIndex" in stage && index === stage.caseIndex)!;
    record(refusedCase(one, refusal));
    return { kind: "ended", cases: results };
  };

  worker.listen((message) => {
    switch (message.type) {
      case "stage":
        stage = message.stage;
        watchStage(message.stage, task, cases, job.limits, endAt, end, results);
        break;
      case "case":
        record(message.result);
        break;
      case "done":
        settle({ kind: "done", cases: results, done: message });
        break;
      case "fault":
        settle({ kind: "fault", message: message.message });
        break;
    }
  });
  worker.exited.then((exit) => settle(outcomeOfExit(exit, stage, end)));
  endAt(timeLimits.workerStartMs, () => ({ kind: "fault", message: "the worker process did not start" }));

  const { ready, failure, stop } = references.follow(job.task, (news) => worker.send(news));
  worker.send({ type: "judge", ...job, referenceFolder: references.folder, readyReferences: ready });
  if (failure !== undefined) worker.send({ type: "reference-failed", message: failure });
  const outcome = await heard;
  alarm.clear();
  stop();
  worker.listen(() => {});
  worker.kill();
  return outcome;
}

/** Sets the alarm: what comes of a stage that goes on for longer than its limit. */
type EndAt = (limitMs: number, outcome: () => WorkerOutcome) => void;

/** Sets the alarm for a stage. */
function watchStage(
  stage: Stage,
  task: Task,
  cases: readonly Case[],
  limits: JudgingLimits,
  endAt: EndAt,
  end: (refusal: Refusal) => WorkerOutcome,
  results: readonly CaseResult[],
): void {
  if (stage.stage === "diagnose") {
    const done = { type: "done", mistake: undefined, findings: [], log: "", timings: noTimings } as const;
    endAt(timeLimits.diagnoseMs, () => ({ kind: "done", cases: results, done }));
    return;
  }
  const one = cases.find(({ index }) => index === stage.caseIndex)!;
  switch (stage.stage) {
    case "plan":
      endAt(timeLimits.planMs, () => end(timeLimit("The plan function", one, timeLimits.planMs)));
      break;
    case "compile":
      endAt(1000 * limits.compileSeconds, () =>
        end(timeLimit("The compilation of the plan's shaders", one, 1000 * limits.compileSeconds, COMPILE_HINT)),
      );
      break;
    case "reference":
      endAt(timeLimits.referenceMs, () => ({
        kind: "fault",
        message: `the reference of ${describeCase(one)} was not made in time`,
      }));
      break;
    case "run": {
      const limitMs = Math.round(limits.kernelTimes * runLimitMs(task, one));
      endAt(limitMs, () => end(timeLimit("The kernel", one, limitMs)));
      break;
    }
  }
}

const LOOP_HINT = "Look for a loop that never ends, or for work that grows too fast with the shape.";
const COMPILE_HINT = "Make them shorter: write loops instead of the same statements many times.";

function timeLimit(what: string, one: Case, limitMs: number, hint = LOOP_HINT): Refusal {
  const message = `${what} did not finish within ${limitMs / 1000} s on ${describeCase(one)}. ${hint}`;
  return { verdict: "time-limit", message, evidence: { kind: "limit", what, limitMs } };
}

function outcomeOfExit(
  { code, signal, lastWords }: ChildExit,
  stage: Stage | undefined,
  end: (refusal: Refusal) => WorkerOutcome,
): WorkerOutcome {
  const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
  // Node aborts so when our own JavaScript needs too much: no kernel can make it.
  const isOurs = /JavaScript heap out of memory/.test(lastWords);
  const onGpu = !isOurs && (stage?.stage === "run" || stage?.stage === "compile");
  if (onGpu && (CRASH_SIGNALS.includes(signal) || (code ?? 0) > 128)) {
    const doing = stage.stage === "run" ? "ran" : "was compiled";
    const message = `The kernel took the GPU's process down while it ${doing} (it ended ${how}): it crashed the driver.`;
    return end({ verdict: "device-lost", message, evidence: null });
  }
  const words = lastWords.trim().split("\n").at(-1);
  return { kind: "fault", message: `the worker process ended ${how}${words ? `: ${words}` : ""}` };
}
