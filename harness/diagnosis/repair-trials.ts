import type { Shape } from "../../reference/oracle.ts";
import type { Rejudge } from "../judge/rejudge.ts";
import { CHOICE, combine, WRITE_CHOICE } from "../mutation/combined.ts";
import { boundLoops } from "../mutation/loop-bounds.ts";
import { type ModuleParts, partsOf } from "../mutation/module-parts.ts";
import type { RepairKind } from "../mutation/repairs/repair.ts";
import type { RepairedModule } from "../mutation/repairs/repairs.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Verdict } from "../results/verdict.ts";
import { guaranteedLimits } from "../task/limits.ts";
import type { Pass, Plan } from "../task/plan.ts";

/** A change of the candidate's plans or kernels. */
export interface Trial {
  readonly kind?: RepairKind;
  /** The changed module. */
  readonly repaired?: string;
  readonly cause: string;
  readonly place?: { readonly code: string; readonly offset: number };
  change(plan: Plan, shape: Shape): Plan;
}

/** Trials whose plans share their kernels. */
type Batch = Trial[];

/** A larger module takes longer than two of half its size. */
const MOST_COMBINED = 32;
/** Kernels that are made at the same time. */
const MOST_ALONE = 8;

/**
 * Trials of changes of a module, with as few kernels as possible. Changes that are not valid WGSL are left out.
 *
 * @param plan one of those that use the module
 */
export async function* batchesOf(
  rejudge: Rejudge,
  plan: Plan,
  source: string,
  repairs: readonly RepairedModule[],
): AsyncGenerator<Batch> {
  const binding = bindingsOf(plan, source);
  const hasRoom = binding < guaranteedLimits.maxStorageBuffersPerShaderStage;
  const parts = partsOf(source);
  const isCombined = (repair: RepairedModule) => hasRoom && isInFunctions(parts, repair);
  const alone: RepairedModule[] = [];
  for (const group of groupsOf(repairs, MOST_COMBINED)) {
    const areValid = await rejudge.areValid(group.map(({ code }) => code));
    const valid = group.filter((_, at) => areValid[at]);
    yield* combinedTrials(rejudge, { parts, binding }, valid.filter(isCombined));
    alone.push(...valid.filter((repair) => !isCombined(repair)));
  }
  yield* groupsOf(
    alone.map((repair) => aloneTrial(source, repair)),
    MOST_ALONE,
  );
}

/** The bindings of a module's kernels: as many, at most, as the buffer of the choice comes after. */
function bindingsOf({ passes }: Plan, source: string): number {
  return Math.max(...passes.filter(({ code }) => code === source).map(({ bindings }) => bindings.length));
}

function groupsOf<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, at) => all.slice(at * most, (at + 1) * most));
}

/** The verdicts on trials. */
export async function verdictsOf(
  rejudge: Rejudge,
  { index, shape }: Pick<CaseResult, "index" | "shape">,
  batch: Batch,
  isOnce: boolean,
  isOver: () => boolean,
): Promise<(Verdict | undefined)[]> {
  const plan = rejudge.planOf(index);
  if (plan === undefined) return batch.map(() => undefined);
  return rejudge.verdicts(
    index,
    batch.map(({ change }) => change(plan, shape)),
    isOnce,
    isOver,
  );
}

function isInFunctions({ tokens, functions }: ModuleParts, { edits }: RepairedModule): boolean {
  return edits.every(({ start, end }) =>
    functions.some(({ body: { from, to } }) => start >= tokens[from - 1]!.end && end <= tokens[to]!.start),
  );
}

function aloneTrial(source: string, { code, at, cause, kind }: RepairedModule): Trial {
  const bounded = boundedModule(code);
  return {
    kind,
    cause,
    repaired: code,
    place: { code: source, offset: at },
    change: (plan, shape) => withSource(plan, source, bounded, shape),
  };
}

/** Changes that are valid alone may not be valid in one module: then each half of them is tried in its own. */
async function* combinedTrials(
  rejudge: Rejudge,
  chosen: Chosen,
  repairs: readonly RepairedModule[],
): AsyncGenerator<Batch> {
  const { code: source } = chosen.parts;
  if (repairs.length === 0) return;
  if (repairs.length === 1) {
    yield [aloneTrial(source, repairs[0]!)];
    return;
  }
  const { code, omitted, trials } = combined(chosen, repairs);
  const [isValid] = await rejudge.areValid([code]);
  if (isValid) {
    if (trials.length > 0) yield trials;
    if (omitted.length > 0) yield omitted.map((repair) => aloneTrial(source, repair));
  } else {
    const half = Math.ceil(repairs.length / 2);
    yield* combinedTrials(rejudge, chosen, repairs.slice(0, half));
    yield* combinedTrials(rejudge, chosen, repairs.slice(half));
  }
}

/** A module, and where its changed form binds the choice. */
interface Chosen {
  readonly parts: ModuleParts;
  readonly binding: number;
}

interface Combined {
  readonly code: string;
  readonly trials: Batch;
  /** What it cannot choose. */
  readonly omitted: readonly RepairedModule[];
}

function combined({ parts, binding }: Chosen, repairs: readonly RepairedModule[]): Combined {
  const { code: source } = parts;
  const variants = new Map(repairs.map(({ edits }, at) => [at + 1, edits]));
  const { code: chosen, omitted } = combine(parts, variants, binding);
  const code = boundedModule(chosen);
  const trials = repairs.flatMap((repair, at): Trial[] => {
    if (omitted.has(at + 1)) return [];
    const { cause, kind } = repair;
    return [
      {
        kind,
        cause,
        repaired: repair.code,
        place: { code: source, offset: repair.at },
        change: (plan, shape) => withChoice(plan, source, { code, binding, variant: at + 1 }, shape),
      },
    ];
  });
  return { code, trials, omitted: repairs.filter((_, at) => omitted.has(at + 1)) };
}

/** A trial whose loops end, whatever its plan binds where they read their numbers of rounds. */
export function withBounds(trial: Trial): Trial {
  const boundPasses = (plan: Plan, shape: Shape) => ({
    ...plan,
    passes: plan.passes.map((pass) => bounded({ ...pass, code: boundedModule(pass.code) }, shape)),
  });
  return { ...trial, change: (plan, shape) => boundPasses(trial.change(plan, shape), shape) };
}

function withSource(plan: Plan, source: string, code: string, shape: Shape): Plan {
  const passes = plan.passes.map((pass) => (pass.code === source ? bounded({ ...pass, code }, shape) : pass));
  return { ...plan, passes };
}

interface Choice {
  readonly code: string;
  readonly binding: number;
  readonly variant: number;
}

function withChoice(plan: Plan, source: string, { code, binding, variant }: Choice, shape: Shape): Plan {
  const write = { code: WRITE_CHOICE, bindings: [CHOICE], workgroups: [variant] as [number] };
  const passes = plan.passes.map((pass) => {
    if (pass.code !== source) return pass;
    const more = Array.from({ length: binding + 1 - pass.bindings.length }, () => CHOICE);
    return bounded({ ...pass, code, bindings: [...pass.bindings, ...more] }, shape);
  });
  return { ...plan, scratch: { ...plan.scratch, [CHOICE]: 4 }, passes: [write, ...passes] };
}

const MOST_ROUNDS = "kernelmark_most_rounds";
const MOST_ROUNDS_WITH_BARRIERS = "kernelmark_most_rounds_with_barriers";

function boundedModule(code: string): string {
  const declared = [MOST_ROUNDS, MOST_ROUNDS_WITH_BARRIERS].map(
    (name) => `override ${name}: u32 = ${LONGEST_LOOP}u;\n`,
  );
  return `${boundLoops(code, MOST_ROUNDS, MOST_ROUNDS_WITH_BARRIERS)}\n${declared.join("")}`;
}

/** Rounds of a loop: in small cases, `rounds` are far fewer. */
const LONGEST_LOOP = 100_000;
/** Rounds, beside those over sizes, of all invocations together, and of one. */
const ROUNDS_OF_ALL = 2e6;
const [FEWEST_ROUNDS, USUAL_ROUNDS] = [64, 512];
/** Rounds of a loop with a barrier: of all invocations together, which takes a software adapter 0.5 s, and of one. */
const BARRIERS_OF_ALL = 1e6;
const FEWEST_BARRIERS = 32;

/**
 * Ends loops, in all invocations together after a second or some on a software adapter. An invocation takes some rounds,
 * and its workgroup's part of the work of the case, but possibly all of a size.
 */
function bounded(pass: Pass, shape: Shape): Pass {
  const sizes = Object.values(pass.constants ?? {}).filter((value) => Number.isInteger(value) && value > 0);
  const dims = Object.values(shape);
  const productOf = (factors: readonly number[]) => factors.reduce((a, b) => a * b, 1);
  const [groups, lanes] = [workgroupsOf(pass), lanesOf(pass)];
  const part = Math.max(productOf(sizes), productOf(dims)) / groups;
  const some = Math.min(USUAL_ROUNDS, Math.max(FEWEST_ROUNDS, ROUNDS_OF_ALL / (groups * lanes)));
  const rounds = some + Math.max(part, 2 * Math.max(...sizes, ...dims));
  const most = Math.min(LONGEST_LOOP, rounds);
  const barriers = Math.max(FEWEST_BARRIERS, BARRIERS_OF_ALL / (groups * lanes));
  return {
    ...pass,
    constants: {
      ...pass.constants,
      [MOST_ROUNDS]: Math.ceil(most),
      [MOST_ROUNDS_WITH_BARRIERS]: Math.ceil(Math.min(most, barriers)),
    },
  };
}

function workgroupsOf({ workgroups }: Pass): number {
  return "indirect" in workgroups ? 1 : workgroups.reduce((a, b) => a * b, 1);
}

/** A workgroup's size that is not written in numbers. */
const USUAL_SIZE = 64;

function lanesOf({ code, constants = {} }: Pass): number {
  const [, sizes = ""] = /@workgroup_size\(([^)]*)\)/.exec(code) ?? [];
  const numberOf = (size: string) => {
    const [, value] = new RegExp(`\\b(?:const|override)\\s+${size}\\b[^=;]*=\\s*(\\d+)`).exec(code) ?? [];
    return Number.parseInt(size, 10) || constants[size] || Number(value) || USUAL_SIZE;
  };
  const names = sizes.split(",").map((size) => size.trim());
  return names.filter((size) => /^\w+$/.test(size)).reduce((product, size) => product * numberOf(size), 1);
}
