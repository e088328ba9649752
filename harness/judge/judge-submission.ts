import { platform } from "#platform";
import type { Params, Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import type { Compiler, ProgramProblem } from "../gpu/program.ts";
import type { BufferDump, CaseNumbers, Shown } from "../results/case-numbers.ts";
import { type CaseResult, isDiagnosed, type Refusal, refusedCase } from "../results/case-result.ts";
import type { SourcePlace, WrongElements } from "../results/evidence.ts";
import type { Finding } from "../results/finding.ts";
import { leadingCase } from "../results/verdict.ts";
import { type Case, outputSizes } from "../task/case.ts";
import { fixedLimits } from "../task/limits.ts";
import type { DeviceContext, Pass, Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { shorten } from "../text/printable.ts";
import { chosenNumbers, smallestNumbers } from "./case-numbers.ts";
import { deviceLostRefusal } from "./device-lost.ts";
import { judgeCase } from "./judge-case.ts";
import { judgedCase } from "./judged-case.ts";
import { type CompilingDevice, type KeptDevices, openForTask } from "./kept-devices.ts";
import type { CaseReference } from "./reference.ts";
import { Rejudge } from "./rejudge.ts";
import { dumpBuffers, type ShowRequest } from "./show.ts";
import { isKept, type Trace } from "./trace.ts";

/** Finds a place of a pass's WGSL in the candidate's own files. */
export type Locate = (place: NonNullable<ProgramProblem["place"]>) => SourcePlace;

export type PlanOutcome =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly refusal: Refusal };

/** Everything that judging needs from outside: the same in a worker process and in a test. */
export interface JudgeSetting {
  readonly context: DeviceContext;
  readonly task: Task;
  readonly cases: readonly Case[];
  /** For the poisons; unknown to the submission. */
  readonly random: Random;
  plan(shape: Shape, params: Params): PlanOutcome | Promise<PlanOutcome>;
  reference(one: Case): CaseReference | Promise<CaseReference>;
  /** Loads the function that maps places of a pass's WGSL to the candidate's files; called only on a failure. */
  locator(): Promise<Locate>;
  /** See `compilesInFirstRun` in stage-limits.ts. */
  readonly compilesInFirstRun?: boolean;
  /** Called before each step that may hang, so that a supervisor can enforce its limit. */
  onStage?(stage: Stage): void;
  /** Called with each result. */
  onCase?(result: CaseResult): void;
  /** Whether this result suffices: the remaining cases and the diagnosis are then skipped. */
  isEnough?(result: CaseResult): boolean;
  /** Explains the leading case; called at most once, after the last case. Without it nothing is explained. */
  diagnose?(symptoms: Symptoms): Promise<Omit<Diagnosis, "caseIndex">>;
  /** The numbers to show with the verdict; none by default. */
  readonly shows?: ShowRequest | undefined;
  /** Trusted kernels that are judged many times share devices; by default each judgement opens its own. */
  readonly devices?: KeptDevices | undefined;
}

/** The material of a diagnosis. */
export interface Symptoms {
  readonly task: Task;
  /** The case that every finding must fit. */
  readonly leading: CaseResult;
  readonly results: readonly CaseResult[];
  readonly traces: readonly Trace[];
  /** Of the leading case's plan. */
  readonly passes: readonly Pass[];
  readonly locate: Locate;
  /** Judges changed plans; without it no repairs are tried. */
  readonly rejudge?: Rejudge | undefined;
}

/** The next step; the supervisor enforces its limit. */
export type Stage =
  | { readonly stage: "compile" | "read-back"; readonly caseIndex: number }
  | RunStage
  /** While a plan is made or a reference is awaited, the driver may be compiling other shapes' plans. */
  | { readonly stage: "plan"; readonly caseIndex: number; readonly isCompiling: boolean }
  | { readonly stage: "reference"; readonly caseIndex: number; readonly isCompiling: boolean }
  | { readonly stage: "diagnose" };

export interface RunStage {
  readonly stage: "run";
  readonly caseIndex: number;
  /** The plain kernel's time on the same case. */
  readonly plainMs: number;
  /** Whether the driver may be compiling meanwhile, this plan or those of later cases. */
  readonly mayCompile: boolean;
}

export interface SubmissionJudgement {
  readonly cases: readonly CaseResult[];
  /** Of the leading case, if it is wrong or imprecise. */
  readonly diagnosis: Diagnosis | undefined;
  /** See `JudgeSetting.shows`. */
  readonly shown: Shown | undefined;
  readonly spent: JudgingTimes;
}

/** The findings about one case. */
export interface Diagnosis {
  readonly caseIndex: number;
  readonly mistake: WrongElements["mistake"];
  /** Other findings about the failure, the most informative first. */
  readonly findings: readonly Finding[];
}

/** Times that the stages do not show. */
export interface JudgingTimes {
  /** See `KernelClock`. */
  readonly kernelMs: number;
  /** Of the time for making plans, the part in which pipelines were being compiled throughout. */
  readonly compiledMeanwhileMs: number;
}

/** Plans, compiles and runs a submission on every case, and looks for the mistake that explains the failure. */
export async function judgeSubmission(setting: JudgeSetting): Promise<SubmissionJudgement> {
  const { cases } = setting;
  const results: CaseResult[] = [];
  const report = (result: CaseResult) => {
    results.push(result);
    setting.onCase?.(result);
  };

  const { plans, lacking, opened, compiledMeanwhileMs } = await planAndCompile(setting);
  const { device } = opened;

  const traces: Trace[] = [];
  let isSettled = false;
  for (const one of cases) {
    const outcome = plans.get(planKey(one))!;
    const refusal = outcome.ok ? unsupported(outcome.plan, lacking) : outcome.refusal;
    const result =
      refusal !== undefined
        ? refusedCase(one, refusal)
        : await runCase(setting, opened, one, (outcome as { plan: Plan }).plan, traces);
    report(result);
    isSettled = setting.isEnough?.(result) ?? false;
    if (isSettled || result.verdict === "device-lost") break;
  }
  const numbers = setting.shows && numbersToShow(setting, setting.shows, traces);
  const dumps = setting.shows && (await dumpsToShow(setting, setting.shows, opened, plans, results, numbers));
  const shown = dumps && { numbers, dumps };
  // All results are reported by now, so a driver crash loses none of them.
  if (!isSettled) setting.onStage?.({ stage: "diagnose" });
  const spent = { kernelMs: await opened.kernelMs(), compiledMeanwhileMs };
  const diagnosis = isSettled ? undefined : await diagnosisOf(setting, { plans, device }, results, traces);
  opened.close();
  return { cases: results, diagnosis, shown, spent };
}

function numbersToShow({ task, cases }: JudgeSetting, { isChosen }: ShowRequest, traces: readonly Trace[]) {
  return isChosen ? chosenNumbers(task, cases[0]!, traces) : smallestNumbers(task, traces);
}

/** Dumps buffers on the case whose numbers are shown, the leading case, or the first. None if that case cannot run. */
async function dumpsToShow(
  { task, cases, random, reference, onStage }: JudgeSetting,
  { dumps }: ShowRequest,
  opened: OpenedDevice,
  plans: ReadonlyMap<string, PlanOutcome>,
  results: readonly CaseResult[],
  numbers: CaseNumbers | undefined,
): Promise<BufferDump[]> {
  const failing = numbers?.caseIndex ?? leadingCase(results)?.index;
  // One element shows little of a pattern.
  const one =
    cases.find(({ index }) => index === failing) ??
    cases.find(({ shape }) => Object.values(outputSizes(task, shape)).some((size) => size > 1)) ??
    cases[0]!;
  const outcome = plans.get(planKey(one))!;
  const compilation = outcome.ok ? opened.compiler.compiled(outcome.plan) : undefined;
  if (dumps.length === 0 || opened.device.lost.isLost || !compilation?.ok) return [];
  const made = await reference(one);
  onStage?.({ stage: "run", caseIndex: one.index, plainMs: made.plainMs, mayCompile: false });
  const dumped = await dumpBuffers(opened.device, task, compilation.program, made, random, dumps);
  return dumped.map((dump) => ("problem" in dump ? dump : { ...dump, caseIndex: one.index }));
}

async function diagnosisOf(
  { task, cases, locator, diagnose, reference }: JudgeSetting,
  { plans, device }: { readonly plans: ReadonlyMap<string, PlanOutcome>; readonly device: Device },
  results: readonly CaseResult[],
  traces: readonly Trace[],
): Promise<Diagnosis | undefined> {
  const leading = leadingCase(results);
  if (diagnose === undefined || leading === undefined || !isDiagnosed(leading)) return undefined;
  const outcome = plans.get(planKey(leading))!;
  const passes = outcome.ok ? outcome.plan.passes : [];
  const rejudge = new Rejudge(device, task, { cases, planOf: (one) => plannedFor(plans, one), reference });
  const locate = await locator();
  const diagnosis = await diagnose({ task, leading, results, traces, passes, locate, rejudge });
  return { caseIndex: leading.index, ...diagnosis };
}

function plannedFor(plans: ReadonlyMap<string, PlanOutcome>, one: Pick<Case, "shape" | "params">): Plan | undefined {
  const outcome = plans.get(planKey(one));
  return outcome?.ok ? outcome.plan : undefined;
}

/** A case's plan depends on these alone: cases that differ in their data share it. */
export function planKey({ shape, params }: Pick<Case, "shape" | "params">): string {
  return JSON.stringify([shape, params]);
}

interface Prepared {
  readonly plans: ReadonlyMap<string, PlanOutcome>;
  /** Features that plans require and the adapter lacks. */
  readonly lacking: readonly string[];
  readonly opened: OpenedDevice;
  readonly compiledMeanwhileMs: number;
}

/**
 * Makes the plan for each shape, and has the driver compile it while the next one is made. The device is opened with
 * the features that the first plan requires; if a later plan requires more, everything is recompiled for a device with
 * the features of all plans.
 */
async function planAndCompile(setting: JudgeSetting): Promise<Prepared> {
  const { cases, context, onStage } = setting;
  const plans = new Map<string, PlanOutcome>();
  let opened: OpenedDevice | undefined;
  let compiledMeanwhileMs = 0;
  let hopeless: PlanOutcome | undefined;
  for (const one of cases) {
    const key = planKey(one);
    if (plans.has(key)) continue;
    const isCompiling = opened?.isCompiling ?? false;
    onStage?.({ stage: "plan", caseIndex: one.index, isCompiling });
    const startMs = performance.now();
    const outcome = hopeless ?? (await setting.plan(one.shape, one.params));
    // Lets the driver report finished compilations.
    await platform.eventLoopTurn();
    if (isCompiling && opened?.isCompiling) compiledMeanwhileMs += performance.now() - startMs;
    // A plan function that timed out for one shape is not called again.
    if (!outcome.ok && outcome.refusal.verdict === "time-limit") hopeless = outcome;
    plans.set(key, outcome);
    if (!outcome.ok) continue;
    opened ??= await OpenedDevice.open(setting, outcome.plan.requires ?? []);
    // A message only for new sources: others cost no time here.
    const isParsing = opened.parses(outcome.plan);
    if (isParsing) onStage?.({ stage: "compile", caseIndex: one.index });
    const plannedMs = performance.now();
    opened.compileAhead(outcome.plan);
    if (!isParsing) compiledMeanwhileMs += performance.now() - plannedMs;
  }
  const planned = [...plans.values()].flatMap((outcome) => (outcome.ok ? [outcome.plan] : []));
  const required = [...new Set(planned.flatMap(({ requires = [] }) => requires))];
  opened ??= await OpenedDevice.open(setting, []);
  const lacking = required.filter((feature) => !context.features.includes(feature));
  if (required.some((feature) => !lacking.includes(feature) && !opened!.features.includes(feature))) {
    // Destroying a device waits for what the driver compiles for it.
    onStage?.({ stage: "compile", caseIndex: cases[0]!.index });
    opened.close();
    opened = await OpenedDevice.open(setting, required);
    for (const plan of planned) opened.compileAhead(plan);
  }
  return { plans, lacking, opened, compiledMeanwhileMs };
}

/** A device with some of the features that plans require, and its compiled plans. */
class OpenedDevice {
  readonly features: readonly string[];
  readonly device: Device;
  readonly compiler: Compiler;
  /** Called when all plans to compile ahead are compiled. */
  onCompiled: (() => void) | undefined;
  readonly #isKept: boolean;
  readonly #isWorthIt: boolean;
  readonly #compilesInFirstRun: boolean;
  readonly #ran = new Set<Plan>();
  #compiling = 0;

  private constructor(
    { devices, isEnough, compilesInFirstRun = false }: JudgeSetting,
    features: readonly string[],
    { device, compiler }: CompilingDevice,
  ) {
    this.features = features;
    this.device = device;
    this.compiler = compiler;
    this.#isKept = devices !== undefined;
    // If the first case may suffice, most plans would be compiled ahead for nothing.
    this.#isWorthIt = isEnough === undefined;
    this.#compilesInFirstRun = compilesInFirstRun;
  }

  /** @param required those that the adapter lacks are ignored */
  static async open(setting: JudgeSetting, required: readonly string[]): Promise<OpenedDevice> {
    const features = required.filter((feature) => setting.context.features.includes(feature));
    const { task, devices } = setting;
    return new OpenedDevice(setting, features, await (devices?.open(task, features) ?? openForTask(task, features)));
  }

  /** The time of this judgement's kernels; unknown, zero, on a kept device. */
  async kernelMs(): Promise<number> {
    return this.#isKept ? 0 : this.device.kernelClock.totalMs();
  }

  close(): void {
    if (!this.#isKept) this.device.gpu.destroy();
  }

  get isCompiling(): boolean {
    return this.#compiling > 0;
  }

  /** Whether the driver compiles the plan during the coming run. */
  isCompiledInRun(plan: Plan): boolean {
    const isFirst = !this.#ran.has(plan);
    this.#ran.add(plan);
    return isFirst && this.#compilesInFirstRun;
  }

  /** Whether compiling this plan ahead begins by parsing a source on this thread. */
  parses(plan: Plan): boolean {
    return this.#isCompiledAhead(plan) && this.compiler.parses(plan);
  }

  /** Starts compiling, so that pipelines may be ready when the plan's case comes. Problems are reported then. */
  compileAhead(plan: Plan): void {
    if (!this.#isCompiledAhead(plan)) return;
    this.#compiling++;
    const end = () => {
      this.#compiling--;
      if (!this.isCompiling) this.onCompiled?.();
    };
    this.compiler.compile(plan).then(end, end);
  }

  #isCompiledAhead({ requires = [] }: Plan): boolean {
    return this.#isWorthIt && requires.every((feature) => this.features.includes(feature));
  }
}

function unsupported({ requires = [] }: Plan, lacking: readonly string[]): Refusal | undefined {
  const missing = lacking.filter((feature) => requires.includes(feature));
  if (missing.length === 0) return undefined;
  const message = `The plan requires ${missing.map((name) => `"${name}"`).join(" and ")}, which this adapter lacks. It is not marked here: grade it on an adapter with it, or return another plan if \`device.features\` lacks it.`;
  return { verdict: "unsupported", message, evidence: null };
}

async function runCase(
  setting: JudgeSetting,
  opened: OpenedDevice,
  one: Case,
  plan: Plan,
  traces: Trace[],
): Promise<CaseResult> {
  const { task, onStage } = setting;
  const { device, compiler } = opened;
  try {
    let compilation = compiler.compiled(plan);
    if (compilation === undefined) {
      onStage?.({ stage: "compile", caseIndex: one.index });
      compilation = await compiler.compile(plan);
    }
    if (!compilation.ok) return refusedCase(one, await programRefusal(setting, compilation.problem));
    onStage?.({ stage: "reference", caseIndex: one.index, isCompiling: opened.isCompiling });
    const reference = await setting.reference(one);
    const isCompiledInRun = opened.isCompiledInRun(plan);
    let isReadingBack = false;
    const reportRun = () => {
      const mayCompile = isCompiledInRun || opened.isCompiling;
      onStage?.({ stage: "run", caseIndex: one.index, plainMs: reference.plainMs, mayCompile });
    };
    reportRun();
    opened.onCompiled = () => {
      if (!isReadingBack) reportRun();
    };
    device.onSlowReadBack = (isOver) => {
      isReadingBack = !isOver;
      if (isOver) reportRun();
      else onStage?.({ stage: "read-back", caseIndex: one.index });
    };
    const judgement = await judgeCase(device, task, compilation.program, reference, setting.random);
    // Writes out of bounds explain themselves, so their outputs are not kept.
    if ("first" in judgement && !("evidence" in judgement && judgement.evidence.kind === "outside-writes")) {
      const { verdict, first } = judgement;
      const again = "again" in judgement ? judgement.again : undefined;
      const trace: Trace = { reference, first, again, verdict };
      if (isKept(task, trace, traces)) traces.push(trace);
    }
    if ("problem" in judgement) return refusedCase(one, await programRefusal(setting, judgement.problem));
    return judgedCase(one, judgement);
  } catch (error) {
    // Compiling and reading back fail when the device is lost; its promise may settle a moment later.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!device.lost.isLost) throw error;
    return refusedCase(one, deviceLostRefusal(device.lost.reason));
  } finally {
    opened.onCompiled = undefined;
  }
}

async function programRefusal({ locator }: JudgeSetting, problem: ProgramProblem): Promise<Refusal> {
  const { verdict, place } = problem;
  // Dawn quotes names of any length, in every case's message.
  const message = shorten(problem.message, fixedLimits.messageChars);
  return { verdict, message, evidence: place === undefined ? null : (await locator())(place) };
}
