import type { Shape } from "../../reference/oracle.ts";
import { dimSizes, elementCount } from "./dims.ts";
import type { Task, TensorSpec } from "./task.ts";

const FEWEST_CHECKS = 8;
/** Sizes around which kernels go wrong: the tiles that people choose. */
const TILES = [16, 64];
/** Sizes past what one workgroup may loop over, and past what one dimension of workgroups holds. */
const LONG = 8192;
const MANY = 65_536;
/** A long axis is asked for only where a software adapter computes it in some hundred milliseconds. */
const AFFORDABLE_FLOPS = 1e8;

/** Which sizes a task's check shapes should have, and have not: those that tell right kernels from wrong ones. */
export function coverageGaps(spec: Task["spec"]): string[] {
  const gaps: string[] = [];
  const { checks } = spec;
  if (checks.length < FEWEST_CHECKS)
    gaps.push(`it has ${checks.length} check shapes, and should have ${FEWEST_CHECKS}`);
  if (checks.length === 0) return gaps;
  const sizes = new Set(checks.flatMap(({ shape }) => Object.values(shape)));
  if (!checks.some(({ shape }) => isSingle(spec, shape))) {
    gaps.push("no check shape is the smallest: outputs of one element each");
  }
  for (const tile of TILES) {
    const missing = [tile - 1, tile, tile + 1].filter((size) => !sizes.has(size));
    if (missing.length > 0) gaps.push(`no check shape has a size of ${missing.join(" or ")}, around a tile of ${tile}`);
  }
  const around = new Set(TILES.flatMap((tile) => [tile - 1, tile, tile + 1]));
  if (![...sizes].some((size) => size > 4 && isPrime(size) && !around.has(size))) {
    gaps.push("no check shape has a prime size, such as 7, 13 or 97, that is not next to a tile's");
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

/** The most rows of an output: all its axes but the last one together. */
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

/** Whether every output has one element (a shape of ones only, where packing and groups allow it). */
function isSingle({ outputs }: Task["spec"], shape: Shape): boolean {
  try {
    return outputs.every((output) => elementCount(output, shape) === 1);
  } catch {
    return false;
  }
}

/** Whether some axis of a tensor can be that long, with the other sizes as small as the checks have them. */
function isAffordable({ inputs, outputs, checks, flops }: Task["spec"], size: number): boolean {
  const smallest = checks.reduce((a, b) => (flops(b.shape, b.params) < flops(a.shape, a.params) ? b : a));
  const tensors = [...inputs, ...outputs];
  const names = new Set(tensors.flatMap(({ dims }) => dims.flatMap((expression) => expression.match(/\w+/g) ?? [])));
  return Object.keys(smallest.shape).some((name) => {
    const shape = { ...smallest.shape, [name]: size };
    return names.has(name) && isPossible(tensors, shape) && flops(shape, smallest.params) <= AFFORDABLE_FLOPS;
  });
}

/** Whether the tensors have whole sizes: a group larger than what it divides, for one, leaves them none. */
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
