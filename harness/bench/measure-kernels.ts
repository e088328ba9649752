import { Random } from "../../reference/random.ts";
import { type Device, openDevice, openRoomyDevice } from "../gpu/device.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import { judgeSubmission, type Locate, type PlanOutcome, type Stage } from "../judge/judge-submission.ts";
import { type CaseReference, makeReference } from "../judge/reference.ts";
import { planLimitMs, stageLimitsMs } from "../judge/stage-limits.ts";
import { adviceOn } from "../measure/access-advice.ts";
import { type Clock, coarseTick, openClock } from "../measure/clock.ts";
import { countAccesses } from "../measure/count-accesses.ts";
import { drawInputSets } from "../measure/input-sets.ts";
import { knownWork } from "../measure/known-work.ts";
import { measureShape } from "../measure/measure-shape.ts";
import { planProfile } from "../measure/plan-profile.ts";
import { betterRoofline, measureRoofline } from "../measure/roofline.ts";
import { judgeAgainstRoofline } from "../measure/roofline-share.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import { timePasses } from "../measure/time-passes.ts";
import type { Contestant } from "../measure/workbench.ts";
import { locateInFiles } from "../plan/locate.ts";
import { Planner } from "../plan/planner.ts";
import type { Refusal } from "../results/case-result.ts";
import type { Finding } from "../results/finding.ts";
import type { Roofline } from "../results/measurement.ts";
import { type ShapeMeasurement, summarize } from "../results/measurement.ts";
import { leadingCase } from "../results/verdict.ts";
import { type Case, describeCase, listCases, outputSizes } from "../task/case.ts";
import { type JudgingLimits, timeLimits } from "../task/limits.ts";
import type { DeviceContext, Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { MeasuredKernel, MeasureJob, MeasureNews, MeasureStep } from "./measure-job.ts";
import { judgeOnOtherData, otherDataCases } from "./other-data.ts";

/** What measuring needs from outside: the same in a process and in a browser's worker. */
export interface MeasureSetting {
  readonly task: Task;
  readonly context: DeviceContext;
  /** Whether the tuned kernel may never have run on this adapter, so that it is checked first. */
  readonly isTunedUnproved: boolean;
  /** The clock's step, if it is known: browsers round their clocks. */
  readonly tickNs?: number;
  send(news: MeasureNews): void;
}

/** A case with fewer operations is unlikely to be wrong. */
const FEWEST_FLOPS = 100;

/** Measures one kernel against another, and sends the outcome. */
export async function measureKernels(job: MeasureJob, setting: MeasureSetting): Promise<void> {
  try {
    await new Measurer(job, setting).work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setting.send({ type: "refused", contestant: error.contestant, refusal: error.refusal });
  }
}

/** Thrown if one of the kernels cannot be measured. */
class Refused extends Error {
  readonly contestant: Contestant;
  readonly refusal: Refusal;

  constructor(contestant: Contestant, refusal: Refusal) {
    super(refusal.message);
    this.contestant = contestant;
    this.refusal = refusal;
  }
}

/** One job, with the state shared by its steps. */
class Measurer {
  readonly #job: MeasureJob;
  readonly #task: Task;
  readonly #context: DeviceContext;
  readonly #send: MeasureSetting["send"];
  readonly #coarseTickNs: number | undefined;
  readonly #kernels: Readonly<Record<Contestant, Kernel>>;
  /** Findings about times that the adapter could not measure. */
  readonly #untimed: Finding[] = [];
  #hasRepeatedRoofline = false;
  #lastSets: { readonly key: string; readonly sets: readonly CaseReference[] } | undefined;

  constructor(job: MeasureJob, setting: MeasureSetting) {
    const { task, context, send, tickNs = 0 } = setting;
    this.#coarseTickNs = coarseTick(tickNs);
    this.#job = job;
    this.#task = task;
    this.#context = context;
    this.#send = send;
    this.#kernels = {
      candidate: new Kernel(job.candidate, setting, job.limits),
      yardstick: new Kernel(job.yardstick, setting, job.limits),
    };
  }

  async work(): Promise<void> {
    const { shapes, budgetMs, against, isChecked } = this.#job;
    for (const contestant of CONTESTANTS) {
      const kernel = this.#kernels[contestant];
      if (kernel.isSubmission ? !isChecked : kernel.isUnproved) await this.#check(contestant);
    }
    let roofline = this.#job.roofline ?? (await this.#measureRoofline());
    const measurements: ShapeMeasurement[] = [];
    let clock: Pick<Clock, "name" | "tickNs"> | undefined;
    for (const shape of shapes) {
      const measured = await this.#measureShape(shape, roofline);
      ({ clock, roofline } = measured);
      measurements.push(measured.measurement);
      this.#send({ type: "measured-shape", measurement: measured.measurement });
    }
    if (this.#job.profiles) await this.#count();
    const { name, tickNs } = clock!;
    const findings = [...(await this.#findings(measurements, roofline)), ...this.#untimed];
    this.#send({
      type: "measured",
      measurement: summarize({ against, clock: name, tickNs, budgetMs, roofline, findings }, measurements),
    });
  }

  /** From the plan for the largest slow shape, which takes the most time. */
  async #findings(measurements: readonly ShapeMeasurement[], roofline: Roofline): Promise<readonly Finding[]> {
    const { findSpeed, isSlow } = await import("../diagnosis/speed.ts");
    const reached = findSpeed(this.#task, measurements, roofline);
    const kernel = this.#kernels.candidate;
    const slow = measurements.findLast(isSlow);
    if (slow === undefined || !kernel.isSubmission) return reached;
    const outcome = await kernel.plan(slow);
    if (!outcome.ok) return reached;
    const { findSlowCode } = await import("../diagnosis/code-findings.ts");
    return [...reached, ...findSlowCode(outcome.plan.passes, (place) => kernel.locate(place))];
  }

  async #check(contestant: Contestant): Promise<void> {
    const kernel = this.#kernels[contestant];
    const { seed } = this.#job;
    const device = await openDevice();
    const cases = fewCases(this.#task, seed);
    const { cases: results } = await judgeSubmission({
      context: this.#context,
      task: this.#task,
      cases,
      random: new Random(crypto.randomUUID(), "poison"),
      plan: (shape, params) => kernel.plan({ shape, params }),
      reference: (one) => makeReference(device, this.#context, this.#task, one, seed),
      locator: async () => (place) => kernel.locate(place),
      compilesInFirstRun: this.#job.compilesInFirstRun,
      onStage: (stage) => this.#announceStage(stage, cases, contestant),
      isEnough: ({ verdict }) => verdict !== "accepted",
    });
    device.gpu.destroy();
    const leading = leadingCase(results);
    if (leading === undefined) return;
    const { verdict, message, evidence } = leading;
    throw new Refused(contestant, { verdict, message, evidence });
  }

  async #measureRoofline(): Promise<Roofline> {
    this.#announce({ about: "measuring the adapter's roofline", contestant: undefined }, ROOFLINE_LIMIT_MS);
    const device = await openDevice();
    const roofline = await measureRoofline(device, this.#job.adapterKind, this.#coarseTickNs);
    device.gpu.destroy();
    this.#send({ type: "roofline", roofline });
    return roofline;
  }

  async #measureShape(
    measured: MeasuredShape,
    roofline: Roofline,
  ): Promise<{ measurement: ShapeMeasurement; clock: Clock; roofline: Roofline }> {
    const plans = {
      candidate: await this.#plan("candidate", measured),
      yardstick: await this.#plan("yardstick", measured),
    };
    const device = await openDevice([
      ...new Set(CONTESTANTS.flatMap((contestant) => plans[contestant].requires ?? [])),
    ]);
    try {
      const candidate = await this.#compile(device, "candidate", plans.candidate);
      const yardstick = await this.#compile(device, "yardstick", plans.yardstick);
      if (this.#job.isChecked && this.#kernels.candidate.isSubmission) {
        await this.#checkOtherData(device, candidate, measured);
      }
      const shape = measured.name;
      const sets = await this.#inputSets(device, measured);
      const one: Case = { ...sets[0]!.case };
      const limitMs = 2 * this.#runLimitMs(one) + this.#job.budgetMs;
      const isWallClock = this.#job.clock === "wall-clock";
      const clock = openClock(isWallClock ? { ...device, hasTimestamps: false } : device, this.#coarseTickNs);
      const outcome = await measureShape({
        device,
        clock,
        task: this.#task,
        measure: measured,
        programs: { candidate, yardstick },
        sets,
        budgetMs: this.#job.budgetMs,
        adapterKind: this.#job.adapterKind,
        random: new Random(crypto.randomUUID(), "order and poison"),
        onBatch: (progress) =>
          this.#announce({ about: progress.step, contestant: "candidate", shape, progress }, limitMs),
      });
      clock.destroy();
      if (!outcome.ok) throw new Refused("candidate", outcome.refusal);
      this.#noteDropped(measured.name, outcome.droppedCount);
      if (this.#job.profiles) await this.#profile(device, candidate, sets[0]!, shape, roofline, limitMs);
      return { clock, ...(await this.#compareWithRoofline(outcome.measurement, roofline)) };
    } finally {
      device.gpu.destroy();
    }
  }

  async #profile(
    device: Device,
    program: Program,
    { problem }: CaseReference,
    shape: string,
    roofline: Roofline,
    limitMs: number,
  ): Promise<void> {
    const step = { about: "timing each pass", contestant: "candidate", shape } as const;
    const times = await timePasses({
      device: this.#job.clock === "wall-clock" ? { ...device, hasTimestamps: false } : device,
      program,
      inputs: problem.inputs,
      outputSizes: outputSizes(this.#task, problem.shape),
      budgetMs: PROFILE_SHARE * this.#job.budgetMs,
      onBatch: () => this.#announce(step, limitMs),
    });
    this.#send({ type: "profiled-shape", profile: planProfile(shape, program.plan, times, roofline) });
  }

  /** Counts on a shape that is small enough for counters of 32 bits, and for an adapter in software. */
  async #count(): Promise<void> {
    const { spec } = this.#task;
    const small = spec.measures.find(({ name }) => name === "small")!;
    const isSmall = spec.flops(small.shape, small.params) <= MOST_COUNTED_FLOPS;
    const { shape, params } = isSmall ? small : spec.checks.find(({ group }) => group !== "tiny")!;
    const kernel = this.#kernels.candidate;
    const plan = await this.#plan("candidate", { name: "counted", shape, params });
    const one: Case = { task: spec.name, index: 0, shape, params, data: "plain", group: "counted" };
    const step = { about: "counting accesses", contestant: "candidate" } as const;
    this.#announce(step, timeLimits.referenceMs + COUNTING_TIMES * this.#runLimitMs(one));
    const device = await openRoomyDevice(plan.requires ?? []);
    const rows = await countAccesses(device, this.#task, plan, one, this.#job.seed, new Random(crypto.randomUUID()));
    device.gpu.destroy();
    const findings = adviceOn(rows, plan, kernel.isSubmission ? (place) => kernel.locate(place) : undefined);
    const outputElements = Object.values(outputSizes(this.#task, shape)).reduce((sum, size) => sum + size, 0);
    const counts = { shape: describeCase(one).replace(/, plain$/, ""), outputElements, findings, rows };
    this.#send({ type: "counted-plan", counts });
  }

  #noteDropped(shape: string, count: number): void {
    if (count === 0) return;
    const pairs = count === 1 ? "1 pair of samples was" : `${count} pairs of samples were`;
    const sentence = `On ${shape}, ${pairs} dropped: the adapter's timestamps did not advance.`;
    this.#untimed.push({ aspect: "speed", kind: "dropped-samples", sentence, isGuess: false });
  }

  async #checkOtherData(device: Device, program: Program, measured: MeasuredShape): Promise<void> {
    const setting = { seed: this.#job.seed, random: new Random(crypto.randomUUID(), "poison") };
    for (const one of otherDataCases(this.#task, measured)) {
      const step = { about: `checking on ${one.data} data`, contestant: "candidate", shape: measured.name } as const;
      this.#announce(step, timeLimits.referenceMs + this.#runLimitMs(one));
      const refusal = await judgeOnOtherData(device, this.#context, this.#task, program, one, setting);
      if (refusal !== undefined) throw new Refused("candidate", refusal);
    }
  }

  /** Cached, so that repeated measurements of one shape do not generate its inputs each time. */
  async #inputSets(device: Device, measured: MeasuredShape): Promise<readonly CaseReference[]> {
    const key = JSON.stringify([measured.shape, measured.params]);
    if (this.#lastSets?.key !== key) {
      const step = { about: "generating inputs", contestant: undefined, shape: measured.name };
      this.#announce(step, timeLimits.referenceMs);
      this.#lastSets = { key, sets: await drawInputSets(device, this.#context, this.#task, measured, this.#job.seed) };
    }
    return this.#lastSets.sets;
  }

  /** Measures the roofline again, once, if a kernel is faster: the machine may have been busy the first time. */
  async #compareWithRoofline(
    measurement: Parameters<typeof judgeAgainstRoofline>[1],
    roofline: Roofline,
  ): Promise<{ measurement: ShapeMeasurement; roofline: Roofline }> {
    const judged = judgeAgainstRoofline(this.#task, measurement, roofline);
    if (judged.rooflineShare <= 1 || this.#hasRepeatedRoofline) return { measurement: judged, roofline };
    this.#hasRepeatedRoofline = true;
    const better = betterRoofline(roofline, await this.#measureRoofline());
    this.#send({ type: "roofline", roofline: better });
    return { measurement: judgeAgainstRoofline(this.#task, measurement, better), roofline: better };
  }

  async #plan(contestant: Contestant, { shape, params, name }: MeasuredShape): Promise<Plan> {
    this.#announce({ about: "planning", contestant, shape: name }, planLimitMs(this.#job.limits));
    const outcome = await this.#kernels[contestant].plan({ shape, params });
    if (!outcome.ok) throw new Refused(contestant, outcome.refusal);
    const lacking = (outcome.plan.requires ?? []).filter((feature) => !this.#context.features.includes(feature));
    if (lacking.length === 0) return outcome.plan;
    const message = `The plan requires ${lacking.map((one) => `"${one}"`).join(" and ")}, which this adapter does not have.`;
    throw new Refused(contestant, { verdict: "unsupported", message, evidence: null });
  }

  async #compile(device: Device, contestant: Contestant, plan: Plan): Promise<Program> {
    this.#announce({ about: "compiling", contestant }, 1000 * this.#job.limits.compileSeconds);
    const inputs = this.#task.spec.inputs.map(({ name }) => name);
    const compilation = await new Compiler(device, inputs).compile(plan);
    if (compilation.ok) return compilation.program;
    const { verdict, message, place } = compilation.problem;
    const evidence = place === undefined ? null : this.#kernels[contestant].locate(place);
    throw new Refused(contestant, { verdict, message, evidence });
  }

  #announceStage(stage: Stage, cases: readonly Case[], contestant: Contestant): void {
    const one = "caseIndex" in stage ? cases.find(({ index }) => index === stage.caseIndex)! : undefined;
    if (one === undefined) return;
    const about = `${stage.stage === "read-back" ? "reading back the results" : "checking"} on ${describeCase(one)}`;
    const mayCompile = stage.stage === "run" && stage.mayCompile;
    const limits = {
      ...stageLimitsMs(this.#job.limits, this.#task, one, mayCompile),
      reference: timeLimits.referenceMs,
    };
    const limitMs = limits[stage.stage as keyof typeof limits];
    this.#announce({ about, contestant: stage.stage === "reference" ? undefined : contestant }, limitMs);
  }

  /** For a kernel that may run for the first time. */
  #runLimitMs(one: Case): number {
    return stageLimitsMs(this.#job.limits, this.#task, one, this.#job.compilesInFirstRun).run;
  }

  #announce(step: MeasureStep, limitMs: number): void {
    this.#send({ type: "step", step, limitMs });
  }
}

const CONTESTANTS: readonly Contestant[] = ["candidate", "yardstick"];
const ROOFLINE_LIMIT_MS = 60_000;
/** The additional share of the budget for timing passes. */
const PROFILE_SHARE = 0.2;
const MOST_COUNTED_FLOPS = 1e8;
/** Counters make a kernel a few times slower. */
const COUNTING_TIMES = 10;

/** Makes the plans of one of the two kernels. */
class Kernel {
  readonly #source: MeasuredKernel;
  readonly #task: Task;
  readonly #context: DeviceContext;
  readonly #planner: Planner | undefined;
  readonly #isTunedUnproved: boolean;

  constructor(source: MeasuredKernel, { task, context, isTunedUnproved }: MeasureSetting, limits: JudgingLimits) {
    this.#source = source;
    this.#isTunedUnproved = isTunedUnproved;
    this.#task = task;
    this.#context = context;
    this.#planner = source.kind === "submission" ? new Planner(source, task.spec, context, limits) : undefined;
  }

  get isSubmission(): boolean {
    return this.#planner !== undefined;
  }

  /** The tuned kernel of an added task, which may never have run on this adapter. */
  get isUnproved(): boolean {
    return this.#isTunedUnproved && this.#source.kind === "built-in" && this.#source.kernel === "tuned";
  }

  async plan({ shape, params }: Pick<MeasuredShape, "shape" | "params">): Promise<PlanOutcome> {
    if (this.#source.kind === "submission") return this.#planner!.plan(shape, params);
    if (this.#source.kind === "known-work") return { ok: true, plan: knownWork(shape, this.#source.repeatedShare) };
    const plan = this.#task[this.#source.kernel];
    return { ok: true, plan: plan({ task: this.#task.spec.name, shape, params, device: this.#context }) };
  }

  locate({ code, ...position }: Parameters<Locate>[0]) {
    const files = this.#source.kind === "submission" ? this.#source.files : [];
    return { kind: "source" as const, ...locateInFiles(code, position, files) };
  }
}

/**
 * Enough cases to catch most wrong kernels: plain data in every group, on the group's largest shape, and every kind of
 * data once, on the smallest shape that has it with more than a handful of operations.
 */
function fewCases(task: Task, seed: string): Case[] {
  const flops = ({ shape, params }: Case) => task.spec.flops(shape, params);
  const ascending = listCases(task, seed).sort((a, b) => flops(a) - flops(b));
  const chosen = new Map<string, Case>();
  for (const one of ascending) {
    if (one.data === "plain") chosen.set(`group ${one.group}`, one);
    else if (flops(one) >= FEWEST_FLOPS && !chosen.has(one.data)) chosen.set(one.data, one);
  }
  return [...chosen.values()].sort((a, b) => flops(a) - flops(b));
}
