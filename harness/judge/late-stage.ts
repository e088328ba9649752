import type { Refusal } from "../results/case-result.ts";
import { type Case, describeCase } from "../task/case.ts";
import { type JudgingLimits, timeLimits } from "../task/limits.ts";
import type { Task } from "../task/task.ts";
import type { Stage } from "./judge-submission.ts";
import { stageLimitsMs } from "./stage-limits.ts";

/**
 * A stage's time limit.
 *
 * @param isReady whether a case's reference is made
 */
export function stageLimitMs(
  stage: Stage,
  task: Task,
  cases: readonly Case[],
  { limits }: { readonly limits: JudgingLimits },
  isReady: (caseIndex: number) => boolean,
): number {
  if (stage.stage === "diagnose") return timeLimits.diagnoseMs;
  const mayCompile = stage.stage === "run" && stage.mayCompile;
  const limitsMs = stageLimitsMs(limits, task, cases.find(({ index }) => index === stage.caseIndex)!, mayCompile);
  switch (stage.stage) {
    case "reference":
      // Once it is ready, only the compiler can hold up the worker.
      return stage.isCompiling && isReady(stage.caseIndex) ? limitsMs.compile : timeLimits.referenceMs;
    case "plan":
      return limitsMs.plan + (stage.isCompiling ? limitsMs.compile : 0);
    default:
      return limitsMs[stage.stage];
  }
}

const LOOP_HINT = "Look for a loop that never ends, or for work that grows too fast with the shape.";
export const COMPILE_HINT = "Shorten them: use loops instead of repeated statements.";

/** The stages in which a part of the submission runs. */
export type CandidateStage = "plan" | "compile" | "run" | "read-back";

/** The part of the submission that runs in a stage; undefined if none does. */
export function atWork(
  stage: Stage | undefined,
): { readonly what: CandidateStage; readonly caseIndex: number } | undefined {
  if (stage === undefined || stage.stage === "diagnose") return undefined;
  const { caseIndex } = stage;
  // While a plan is made or a reference is awaited, the driver may be compiling the next shaders.
  if (stage.stage === "plan") return { what: stage.isCompiling ? "compile" : "plan", caseIndex };
  if (stage.stage === "reference") return stage.isCompiling ? { what: "compile", caseIndex } : undefined;
  return { what: stage.stage, caseIndex };
}

/** The subject that is late in a stage, and the fix. */
const LATE: Readonly<Record<CandidateStage, readonly [what: string, hint: string]>> = {
  plan: ["The plan function", LOOP_HINT],
  compile: ["The compilation of the plan's shaders", COMPILE_HINT],
  run: ["The kernel", LOOP_HINT],
  "read-back": [
    "Reading back the results",
    "The kernel itself had finished: submit it again, and ask for help if this recurs.",
  ],
};

export function timeLimitRefusal(at: CandidateStage, stage: Stage, one: Case, limitMs: number): Refusal {
  const [what, hint] = LATE[at];
  const plain = stage.stage === "run" ? `; the plain kernel took ${roughSeconds(stage.plainMs)} there` : "";
  const message = `${what} did not finish within ${limitMs / 1000} s on ${describeCase(one)}${plain}. ${hint}`;
  return { verdict: "time-limit", message, evidence: { kind: "limit", what, limitMs } };
}

function roughSeconds(ms: number): string {
  return `${Number((Math.max(1, ms) / 1000).toPrecision(1))} s`;
}
