import { sort, sum } from "d3-array";
import type { Problem } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { type Device, kernelFeatures, openAdapter, openRoomyDevice } from "../gpu/device.ts";
import type { GuardZones } from "../gpu/plan-runner.ts";
import { Compiler } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import { drawGuardZones } from "../judge/guard-zones.ts";
import { type Outputs, sameBits } from "../judge/judge-case.ts";
import { drawPoison } from "../judge/poison.ts";
import { type Case, drawProblem, integerOutputs, outputSizes } from "../task/case.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { EFFECT, notesEffect } from "./effect.ts";

/** The memory behind the inputs in a run: WGSL lets an out-of-bounds read return any element, or zero. */
export type Behind = "elements" | "zeros";

/** A comparison of a module with another in its place, on some cases. */
export interface Probe {
  /** What runs in place of the module in one run, and in the other. */
  readonly one: string;
  readonly other: string;
  readonly behind: Behind;
  /** Numbers of the cases to run, of those that would be; all without it. */
  readonly only?: readonly number[] | undefined;
}

export interface ProbeResult {
  /** Numbers of the cases that ran. */
  readonly cases: readonly number[];
  /** Whether the outputs of some case differ in some bit. Nothing runs after it, unless the second module notes effects. */
  readonly isDifferent: boolean;
  /** Those in which the second module noted an effect of its change (effect.ts). */
  readonly effective: readonly number[];
  /** The reason why a module does not run. */
  readonly problem: string | undefined;
}

/** A probe's cases take at most this many operations each. */
const MOST_FLOPS = 2e7;
/** A kernel whose workgroups take a row each is slow on a software adapter where there are many. */
const MANY_WORKGROUPS = 16_384;
/** All shapes of a built-in task: often a single one shows an effect. */
const MOST_CASES = 16;

/** Whether a plan's dispatches are cheap on every adapter. */
export function hasFewWorkgroups({ passes }: Plan): boolean {
  const count = sum(passes, ({ workgroups }) => ("indirect" in workgroups ? 0 : workgroups.reduce((x, y) => x * y, 1)));
  return count < MANY_WORKGROUPS;
}

/** Cases of different shapes and kinds of data, spread over all that are small enough. */
function casesToProbe({ spec }: Task, cases: readonly Case[]): Case[] {
  const byShape = new Map<string, Case[]>();
  for (const one of cases) {
    if (spec.flops(one.shape, one.params) > MOST_FLOPS) continue;
    const key = JSON.stringify([one.shape, one.params]);
    byShape.set(key, [...(byShape.get(key) ?? []), one]);
  }
  const picked = [...byShape.values()].map((same, number) => same[number % same.length]!);
  const step = Math.max(1, picked.length / MOST_CASES);
  return Array.from({ length: Math.min(MOST_CASES, picked.length) }, (_, number) => picked[Math.floor(number * step)]!);
}

interface Ran {
  readonly outputs: Outputs;
  readonly hadEffect: boolean;
}

/** Runs a task's modules in pairs and compares their outputs bit by bit; needs no reference. */
export class Prober {
  readonly #device: Device;
  readonly #task: Task;
  readonly #seed: string;
  readonly #compiler: Compiler;
  readonly #problems = new Map<number, Problem>();
  readonly #known = new Map<string, Promise<Ran | string>>();

  private constructor(device: Device, task: Task, seed: string) {
    this.#device = device;
    this.#task = task;
    this.#seed = seed;
    this.#compiler = new Compiler(
      device,
      task.spec.inputs.map(({ name }) => name),
    );
  }

  /** Opens a device with all features that a plan may require, and room for the buffer in which a module notes effects. */
  static async open(task: Task, seed: string): Promise<Prober> {
    return new Prober(await openRoomyDevice(kernelFeatures(await openAdapter())), task, seed);
  }

  /**
   * @param plans the kernel's plan for a case
   * @param module the module that the probe replaces
   */
  async probe(
    cases: readonly Case[],
    plans: (one: Case) => Plan,
    module: string,
    { one, other, behind, only }: Probe,
    onCase: (one: Case) => void,
  ): Promise<ProbeResult> {
    const ran: number[] = [];
    const effective: number[] = [];
    const result = { cases: ran, isDifferent: false, effective, problem: undefined as string | undefined };
    const concerned = cases.filter((each) => plans(each).passes.some(({ code }) => code === module));
    const isInstrumented = notesEffect(other);
    const isDear = (each: Case) => !hasFewWorkgroups(plans(each));
    const dearLast = sort(casesToProbe(this.#task, concerned), (each) => Number(isDear(each)));
    for (const each of dearLast.filter(({ index }) => only?.includes(index) ?? true)) {
      // Many workgroups are dispatched only to find an effect that nothing else shows.
      const mayShowMore = isInstrumented && effective.length === 0 && !result.isDifferent;
      if (isDear(each) && !mayShowMore && only === undefined) break;
      if (result.isDifferent && !isInstrumented) break;
      const plan = plans(each);
      onCase(each);
      const usual = await this.#usual(each, replaced(plan, module, one), behind);
      const changed = replaced(plan, module, other);
      const second = await (this.#known.get(keyOf(each, changed, behind)) ?? this.#run(each, changed, behind));
      if (typeof usual === "string") return { ...result, problem: usual };
      if (typeof second === "string") return { ...result, problem: second };
      ran.push(each.index);
      if (second.hadEffect) effective.push(each.index);
      if (!sameBits(usual.outputs, second.outputs)) result.isDifferent = true;
    }
    return result;
  }

  /** Many mutants are compared with the same module. */
  #usual(one: Case, plan: Plan, behind: Behind): Promise<Ran | string> {
    const key = keyOf(one, plan, behind);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#run(one, plan, behind);
      this.#known.set(key, known);
    }
    return known;
  }

  #problem(one: Case): Problem {
    let problem = this.#problems.get(one.index);
    if (problem === undefined) {
      problem = drawProblem(this.#task, one, this.#seed);
      this.#problems.set(one.index, problem);
    }
    return problem;
  }

  async #run(one: Case, plan: Plan, behind: Behind): Promise<Ran | string> {
    const compiled = await this.#compiler.compile(plan);
    if (!compiled.ok) return compiled.problem.message;
    const { inputs } = this.#problem(one);
    const sizes = outputSizes(this.#task, one.shape);
    const typical = Object.fromEntries(Object.keys(sizes).map((name) => [name, 1]));
    const random = new Random(this.#seed, "probe", one.index);
    const integers = integerOutputs(this.#task);
    const drawn = drawGuardZones(random, inputs, sizes, Object.keys(plan.scratch ?? {}), typical, integers);
    const zones = behind === "elements" ? drawn : { ...drawn, ...zeros(drawn, Object.keys(inputs)) };
    const poison = drawPoison(random, sizes, "plausible", typical, integers);
    const bytes = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, 4 * size]));
    const workspace = new Workspace(this.#device, inputs, { ...bytes, [EFFECT.buffer]: 4 }, plan, { zones, integers });
    try {
      const ran = await workspace.runGuarded(compiled.program, { ...poison, [EFFECT.buffer]: new Uint32Array(1) });
      if ("verdict" in ran) return ran.message;
      const { [EFFECT.buffer]: effect, ...outputs } = ran.outputs;
      return { outputs, hadEffect: effect![0] !== 0 };
    } finally {
      workspace.destroy();
    }
  }
}

function keyOf({ index }: Case, { passes }: Plan, behind: Behind): string {
  return JSON.stringify([index, behind, passes.map(({ code }) => code)]);
}

function zeros(zones: GuardZones, names: readonly string[]): GuardZones {
  return Object.fromEntries(names.map((name) => [name, new Uint32Array(zones[name]!.length)]));
}

/** The plan with another module in place of one; an instrumented module finds its buffer at its binding. */
function replaced(plan: Plan, module: string, code: string): Plan {
  const passes = plan.passes.map((pass) => {
    if (pass.code !== module) return pass;
    const unused = Array.from({ length: EFFECT.binding + 1 - pass.bindings.length }, () => EFFECT.buffer);
    return { ...pass, code, bindings: [...pass.bindings, ...unused] };
  });
  return { ...plan, passes };
}
