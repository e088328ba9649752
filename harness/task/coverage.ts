import type { Shape } from "../../reference/oracle.ts";
import { brokenByDimensions } from "./constraints.ts";
import { dimSizes, elementCount } from "./dims.ts";
import type { Task, TensorSpec } from "./task.ts";

const FEWEST_CHECKS = 8;
/** Common tile sizes, around which kernels often fail. */
const TILES = [16, 64];
/** Sizes beyond one workgroup's loop, and beyond one dimension of workgroups. */
const LONG = 8192;
const MANY = 65_536;
/** A long axis is required only if a software adapter computes it in some hundred milliseconds. */
const AFFORDABLE_FLOPS = 1e8;

/** Sizes that a task's check shapes lack, and that distinguish correct kernels from wrong ones. */
export function coverageGaps(spec: Task["spec"]): string[] {
  const gaps: string[] = [];
  const { checks } = spec;
  if (checks.length < FEWEST_CHECKS) gaps.push(`it has ${checks.length} check shapes; the minimum is ${FEWEST_CHECKS}`);
  if (checks.length === 0) return gaps;
  const sizes = new Set(checks.flatMap(({ shape }) => Object.values(shape)));
  if (!checks.some(({ shape }) => isSingle(spec, shape)) && isSingle(spec, reduced(spec, checks[0]!))) {
    gaps.push("no check shape has outputs of one element each, the smallest");
  }
  for (const tile of TILES) {
    const missing = [tile - 1, tile, tile + 1].filter((size) => !sizes.has(size));
    if (missing.length > 0) gaps.push(`no check shape has a size of ${missing.join(" or ")}, around a tile of ${tile}`);
  }
  const around = new Set(TILES.flatMap((tile) => [tile - 1, tile, tile + 1]));
  if (![...sizes].some((size) => size > 4 && isPrime(size) && !around.has(size))) {
    gaps.push("no check shape has a prime size, such as 7, 13 or 97, away from tile sizes");
  }
  const longest = Math.max(...sizes);
  if (longest < LONG && isAffordable(spec, LONG)) {
    gaps.push(`no check shape has a size of at least ${LONG}, for long loops`);
  }
  const mostRows = Math.max(longest, ...checks.map(({ shape }) => rowsOf(spec, shape)));
  if (mostRows < MANY && isAffordable(spec, MANY)) {
    gaps.push(`no check shape has ${MANY} rows, more than one dimension of workgroups holds`);
  }
  return gaps;
}

/** The most rows of an output: the product of all axes except the last one. */
function rowsOf({ outputs }: Task["spec"], shape: Shape): number {
  try {
    return Math.max(
      ...outputs.map((output) =>
        dimSizes(output, shape)
          .slice(0, -1)
          .reduce((a, b) => a * b, 1),
      ),
    );
  } catch {
    return 0;
  }
}

/** Whether every output has one element (a shape of ones only, if packing and groups allow it). */
function isSingle({ outputs }: Task["spec"], shape: Shape): boolean {
  try {
    return outputs.every((output) => elementCount(output, shape) === 1);
  } catch {
    return false;
  }
}

/** A shape with all sizes at 1 that may be, one after the other: not those of which tensors or constraints need more. */
function reduced(spec: Task["spec"], { shape, params }: Task["spec"]["checks"][number]): Shape {
  const tensors = [...spec.inputs, ...spec.outputs];
  let smallest = shape;
  for (const name of Object.keys(shape)) {
    const next = { ...smallest, [name]: 1 };
    if (isPossible(tensors, next) && brokenByDimensions(spec, { shape: next, params }) === undefined) smallest = next;
  }
  return smallest;
}

/** Whether an axis of a tensor can be that long, with the other sizes as small as in the checks. */
function isAffordable({ inputs, outputs, checks, flops }: Task["spec"], size: number): boolean {
  const smallest = checks.reduce((a, b) => (flops(b.shape, b.params) < flops(a.shape, a.params) ? b : a));
  const tensors = [...inputs, ...outputs];
  const names = new Set(tensors.flatMap(({ dims }) => dims.flatMap((expression) => expression.match(/\w+/g) ?? [])));
  return Object.keys(smallest.shape).some((name) => {
    const shape = { ...smallest.shape, [name]: size };
    return names.has(name) && isPossible(tensors, shape) && flops(shape, smallest.params) <= AFFORDABLE_FLOPS;
  });
}

/** Whether the tensors have integer sizes: not if, say, a group is larger than the size that it divides. */
function isPossible(tensors: readonly TensorSpec[], shape: Shape): boolean {
  try {
    for (const tensor of tensors) elementCount(tensor, shape);
    return true;
  } catch {
    return false;
  }
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}
