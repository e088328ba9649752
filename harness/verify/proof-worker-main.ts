import { existsSync } from "node:fs";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { Stage } from "../judge/judge-submission.ts";
import { KeptDevices } from "../judge/kept-devices.ts";
import type { ReferenceStore } from "../judge/local-references.ts";
import { runLimitMs } from "../judge/stage-limits.ts";
import type { CaseResult } from "../results/case-result.ts";
import { type Case, describeCase } from "../task/case.ts";
import { withModule } from "../task/edits.ts";
import { defaultLimits, timeLimits } from "../task/limits.ts";
import type { Plan, PlanFunction } from "../task/plan.ts";
import { readReference, referencePath, writeReference } from "../worker/reference-store.ts";
import { openSupervisorChannel } from "../worker/supervisor-channel.ts";
import { type JudgeOptions, LocalJudge } from "./judge-locally.ts";
import { kernelIds, loadProvenTask, type ProvenTask, planOf } from "./kernels.ts";
import { hasFewWorkgroups, Prober } from "./probe.ts";
import type { Answer, FromProofWorker, Question, RunLimit, Scope, Subject, ToProofWorker } from "./proof-protocol.ts";
import type { RowsOfWorkgroups } from "./survivor-rules.ts";
import { rowsOfWorkgroups } from "./workgroup-rows.ts";

/** The process in which proofs run kernels: a mutant can harm only this process. */
const send = openSupervisorChannel<FromProofWorker>();
let store: ReferenceStore | undefined;
let judging: Judging | undefined;
const devices = new KeptDevices();

interface Judging {
  readonly task: string;
  readonly seed: string;
  readonly proven: ProvenTask;
  readonly judge: LocalJudge<string, string>;
  /** Opened for the first probe. */
  prober?: Promise<Prober>;
  /** By module. */
  readonly rows: Map<string, RowsOfWorkgroups>;
}

process.on("message", (message: ToProofWorker) => {
  if (message.type === "setup") {
    store = message.referenceFolder === undefined ? undefined : referenceStore(message.referenceFolder);
    return;
  }
  answer(message).then(
    (given) => send({ type: "answer", answer: given }),
    (error) =>
      send({ type: "fault", message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
send({ type: "ready" });

async function answer(question: Question): Promise<Answer> {
  reportStep("loading the task", timeLimits.workerStartMs);
  switch (question.type) {
    case "list-kernels":
      return { type: "kernels", kernels: kernelIds(await loadProvenTask(question.task)) };
    case "list-modules": {
      const { judge, plan } = await open(question);
      return { type: "modules", modules: [...new Set(judge.cases.flatMap((one) => modulesOf(judge, plan, one)))] };
    }
    case "judge": {
      const { judge, plan } = await open(question);
      if (question.scope === "until-refused") return judgeUntilRefused(judge, plan, question.limit);
      return judgeCases(judge, plan, question.limit, scopeOf(question.scope, judge, plan), question.isTimed);
    }
    case "judge-mutant": {
      const { judge, plan } = await open(question);
      const { module, replacement } = question;
      const only = (one: Case) => modulesOf(judge, plan, one).includes(module);
      return judgeUntilRefused(judge, withModule(plan, module, replacement), question.limit, only);
    }
    case "probe": {
      const { judge, plan } = await open(question);
      judging!.prober ??= Prober.open(judging!.proven.task, question.seed);
      const prober = await judging!.prober;
      const onCase = (one: Case) => reportRun(one, question.limit);
      const plans = (one: Case) => planFor(judge, plan, one);
      return { type: "probed", ...(await prober.probe(judge.cases, plans, question.module, question.probe, onCase)) };
    }
    case "count-rows": {
      const { judge, plan } = await open(question);
      const { proven, rows } = judging!;
      const { task, module } = question;
      const plans = (shape: Case["shape"], params: Case["params"]) =>
        plan({ task, shape, params, device: judge.context });
      if (!rows.has(module)) rows.set(module, rowsOfWorkgroups(proven.task, judge.cases, plans, module));
      return { type: "rows", ...rows.get(module)! };
    }
  }
}

function isRefusal({ verdict }: CaseResult): boolean {
  return verdict !== "accepted" && verdict !== "unsupported";
}

const FIRST_CASES = 8;

function scopeOf(
  scope: Exclude<Scope, "until-refused"> | undefined,
  judge: LocalJudge<string, string>,
  plan: PlanFunction,
): Pick<JudgeOptions, "only"> {
  switch (scope) {
    case "diagnosable":
      return { only: (one) => isDiagnosable(judging!.proven.task, { case: one }) };
    case "first":
      return { only: ({ index }) => index < FIRST_CASES };
    case "few-workgroups":
      return { only: (one) => hasFewWorkgroups(planFor(judge, plan, one)) };
    case undefined:
      return {};
  }
}

async function open({ task, seed, kernel }: Subject): Promise<{
  judge: LocalJudge<string, string>;
  plan: PlanFunction;
}> {
  if (judging?.task !== task || judging.seed !== seed) {
    // References of another seed are of no use.
    judging?.judge.close();
    const proven = await loadProvenTask(task);
    const judge = await LocalJudge.open(proven.task, { seed, devices, ...(store === undefined ? {} : { store }) });
    judging = { task, seed, proven, judge, rows: new Map() };
  }
  return { judge: judging.judge, plan: planOf(judging.proven, kernel) };
}

/** A hung mutant ends its worker; stored references spare the next worker from making them again. */
function referenceStore(folder: string): ReferenceStore {
  return {
    find: ({ task, index }) =>
      existsSync(referencePath(folder, task, index)) ? readReference(folder, task, index) : undefined,
    keep: (reference) => writeReference(folder, reference),
  };
}

function planFor(judge: LocalJudge<string, string>, plan: PlanFunction, { task, shape, params }: Case): Plan {
  return plan({ task, shape, params, device: judge.context });
}

function modulesOf(judge: LocalJudge<string, string>, plan: PlanFunction, one: Case): string[] {
  return planFor(judge, plan, one).passes.map(({ code }) => code);
}

/** Most wrong kernels fail on a small case: what the others need is compiled only if these pass. */
const FIRST_TO_REFUSE = 4;

async function judgeUntilRefused(
  judge: LocalJudge<string, string>,
  plan: PlanFunction,
  limit: RunLimit,
  only: (one: Case) => boolean = () => true,
): Promise<Answer> {
  const cases = judge.cases.filter(only);
  let runMs: Readonly<Record<number, number>> = {};
  const judged: CaseResult[] = [];
  for (const part of [cases.slice(0, FIRST_TO_REFUSE), cases.slice(FIRST_TO_REFUSE)]) {
    if (part.length === 0 || judged.some(isRefusal)) continue;
    const ofPart = await judgeCases(judge, plan, limit, { only: (one) => part.includes(one), isEnough: isRefusal });
    judged.push(...ofPart.cases);
    runMs = { ...runMs, ...ofPart.runMs };
  }
  return { type: "cases", cases: judged, mistake: undefined, runMs, judgingMs: undefined };
}

async function judgeCases(
  judge: LocalJudge<string, string>,
  plan: PlanFunction,
  limit: RunLimit,
  options: Pick<JudgeOptions, "only" | "isEnough"> = {},
  isTimed = false,
): Promise<Extract<Answer, { type: "cases" }>> {
  const runMs: Record<number, number> = {};
  let run: { readonly caseIndex: number; readonly startMs: number } | undefined;
  const onStage = (stage: Stage) => {
    if (run !== undefined) runMs[run.caseIndex] = (runMs[run.caseIndex] ?? 0) + cpuMs() - run.startMs;
    reportStage(judge, stage, limit);
    run = stage.stage === "run" ? { caseIndex: stage.caseIndex, startMs: cpuMs() } : undefined;
  };
  const startMs = performance.now();
  const onMistake = (name: string, one: Case) =>
    reportStep(`the run of mistake "${name}" of ${describeCase(one)}`, timeLimits.mistakeMs);
  const { cases, mistake } = await judge.judge(plan, { ...options, onStage, onMistake, onOwnDevice: isTimed });
  const judgingMs = isTimed ? performance.now() - startMs : undefined;
  return { type: "cases", cases, mistake: mistake?.name, runMs, judgingMs };
}

const COMPILE_MS = 1000 * defaultLimits.compileSeconds;

function reportRun(one: Case, { factor, extraMs, ownMs }: RunLimit): void {
  const limitMs = factor * (ownMs?.[one.index] ?? runLimitMs(judging!.proven.task, one)) + extraMs;
  reportStep(`the run of ${describeCase(one)}`, limitMs, true);
}

function reportStage({ cases }: LocalJudge<string, string>, stage: Stage, limit: RunLimit): void {
  if (stage.stage === "diagnose") {
    reportStep("looking for a mistake", timeLimits.referenceMs);
    return;
  }
  const one = cases.find(({ index }) => index === stage.caseIndex)!;
  const where = `of ${describeCase(one)}`;
  switch (stage.stage) {
    case "plan":
      reportStep(`the plan ${where}`, timeLimits.planMs);
      break;
    case "reference":
      reportStep(`the reference ${where}`, timeLimits.referenceMs);
      break;
    case "compile":
      reportStep(`the compilation ${where}`, COMPILE_MS, true);
      break;
    case "run":
      reportRun(one, stage.mayCompile ? { ...limit, extraMs: limit.extraMs + COMPILE_MS } : limit);
      break;
    case "read-back":
      reportStep(`reading back the results ${where}`, 1000 * defaultLimits.readBackSeconds, true);
      break;
  }
}

function reportStep(what: string, limitMs: number, isOnGpu = false): void {
  send({ type: "step", what, limitMs, isOnGpu });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
