import type { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import { drawPoison } from "../judge/poison.ts";
import type { BufferCounts, PassCounts, Stride } from "../results/access-counts.ts";
import { type Case, drawProblem, integerOutputs, outputSizes } from "../task/case.ts";
import { wordCount } from "../task/dims.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { Uncountable } from "./access-chains.ts";
import { type Instrumented, instrument, LANES, NOTHING, type Site, sectionWords } from "./instrument.ts";
import { rowsOf } from "./plan-profile.ts";

/** The buffer of the counters; no plan can have this name. */
const COUNTERS = "counters of accesses";
/** Memory moves in pieces of this size, and workgroup memory has this many banks of a word, on most GPUs. */
const SECTOR_BYTES = 32;
const BANKS = 32;

interface Kernel {
  readonly indices: readonly number[];
  readonly base: number;
  readonly instrumented: Instrumented | string;
}

/** Runs a plan once with counters in its kernels, on a case small enough for 32-bit counts. */
export async function countAccesses(
  device: Device,
  task: Task,
  plan: Plan,
  one: Case,
  seed: string,
  random: Random,
): Promise<PassCounts[]> {
  const kernels: Kernel[] = [];
  let words = 0;
  for (const indices of rowsOf(plan)) {
    const instrumented = tryInstrument(plan, indices[0]!, words);
    kernels.push({ indices, base: words, instrumented });
    if (typeof instrumented !== "string") words += sectionWords(instrumented.sites.length);
  }
  const counted = withCounters(plan, kernels);
  const compiled = await new Compiler(
    device,
    task.spec.inputs.map(({ name }) => name),
  ).compile(counted);
  if (!compiled.ok) {
    return kernels.map(({ indices }) => uncounted(indices, "its kernels do not compile with counters"));
  }
  const { inputs } = drawProblem(task, one, seed);
  const sizes = outputSizes(task, one.shape);
  const poison = drawPoison(
    random,
    sizes,
    "plausible",
    Object.fromEntries(Object.keys(sizes).map((name) => [name, 1])),
  );
  const bytes = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, 4 * size]));
  const counterBytes = 4 * Math.max(1, words);
  const integers = new Set([...integerOutputs(task), COUNTERS]);
  const workspace = new Workspace(device, inputs, { ...bytes, [COUNTERS]: counterBytes }, counted, { integers });
  try {
    const zeros = { [COUNTERS]: new Uint32Array(Math.max(1, words)) };
    const ran = await workspace.run(compiled.program, [{ ...poison, ...zeros }]);
    if ("verdict" in ran) return kernels.map(({ indices }) => uncounted(indices, "it does not run with counters"));
    const counters = ran[0]![COUNTERS] as Uint32Array;
    const lengths = wordsOf(task, plan, one);
    return kernels.map((kernel) => countsOf(kernel, plan, counters, lengths));
  } finally {
    workspace.destroy();
  }
}

function uncounted(indices: readonly number[], reason: string): PassCounts {
  return { passes: numbers(indices), uncounted: reason };
}

function numbers(indices: readonly number[]): number[] {
  return indices.map((index) => index + 1);
}

function tryInstrument({ passes }: Plan, index: number, base: number): Instrumented | string {
  const { code, entryPoint, bindings } = passes[index]!;
  try {
    return instrument(code, entryPoint, { binding: bindings.length, base });
  } catch (error) {
    if (error instanceof Uncountable) return error.message;
    throw error;
  }
}

function withCounters(plan: Plan, kernels: readonly Kernel[]): Plan {
  const passes = plan.passes.map((pass, index) => {
    const { instrumented } = kernels.find(({ indices }) => indices.includes(index))!;
    if (typeof instrumented === "string") return pass;
    return { ...pass, code: instrumented.code, bindings: [...pass.bindings, COUNTERS] };
  });
  return { ...plan, passes };
}

/** The length in words of each buffer. */
function wordsOf({ spec }: Task, { scratch = {} }: Plan, { shape }: Case): ReadonlyMap<string, number> {
  const tensors = [...spec.inputs, ...spec.outputs].map((tensor) => [tensor.name, wordCount(tensor, shape)] as const);
  return new Map([...tensors, ...Object.entries(scratch).map(([name, bytes]) => [name, bytes / 4] as const)]);
}

function countsOf(
  { indices, base, instrumented }: Kernel,
  { passes }: Plan,
  counters: Uint32Array,
  lengths: ReadonlyMap<string, number>,
): PassCounts {
  if (typeof instrumented === "string") return uncounted(indices, instrumented);
  const { sites } = instrumented;
  const counts = counters.subarray(base + 2, base + 2 + sites.length);
  const firsts = counters.subarray(base + 2 + sites.length, base + sectionWords(sites.length));
  const { bindings } = passes[indices[0]!]!;
  const buffers = new Map<string, BufferCounts>();
  for (const [at, { variable, isRead, isWrite }] of sites.entries()) {
    const { name, space, binding, stride } = variable;
    const bound = binding === undefined ? undefined : bindings[binding];
    const words = bound === undefined ? undefined : lengths.get(bound);
    const before = buffers.get(name) ?? {
      ...{ name, space, bound, reads: 0, writes: 0 },
      elements: words === undefined ? undefined : Math.floor((4 * words) / stride),
    };
    const reads = before.reads + (isRead ? counts[at]! : 0);
    buffers.set(name, { ...before, reads, writes: before.writes + (isWrite ? counts[at]! : 0) });
  }
  const workgroups = counters[base + 1]!;
  return {
    passes: numbers(indices),
    workgroups,
    barriersPerWorkgroup: counters[base]! / Math.max(1, workgroups),
    buffers: [...buffers.values()],
    strides: sites.flatMap(
      (site, at) => strideAt(site, counts[at]!, firsts.subarray(at * LANES, (at + 1) * LANES)) ?? [],
    ),
  };
}

/** How the first accesses of 32 neighbouring invocations lie; undefined for fewer. */
function strideAt(site: Site, accesses: number, firsts: Uint32Array): Stride | undefined {
  const { variable, line, isWrite, bytes, isFlat } = site;
  const { space, name, stride } = variable;
  if (!isFlat || firsts.length < LANES || firsts.includes(NOTHING)) return undefined;
  const places = Array.from(firsts, (index) => index * stride);
  const apart = Math.abs(firsts[1]! - firsts[0]!);
  const about = { space, name, line, isWrite, accesses, apart };
  if (space === "workgroup") {
    const inBank = new Map<number, Set<number>>();
    for (const place of places) {
      const word = Math.floor(place / 4);
      inBank.set(word % BANKS, (inBank.get(word % BANKS) ?? new Set()).add(word));
    }
    const least = Math.max(1, Math.ceil(bytes / 4));
    return { ...about, transactions: Math.max(...Array.from(inBank.values(), ({ size }) => size)), least };
  }
  const sectors = new Set(places.map((place) => Math.floor(place / SECTOR_BYTES)));
  const distinct = new Set(places).size;
  return { ...about, transactions: sectors.size, least: Math.ceil((distinct * bytes) / SECTOR_BYTES) };
}
