import type { Constraint } from "../../harness/task/task.ts";

type Sizes = "height" | "width" | "kernel" | "oh" | "ow";

/** Windows that begin within a padded axis, `stride` apart, and lie inside of it. */
export function outputSize(
  size: number,
  kernel: number,
  { stride, padding = 0 }: { stride: number; padding?: number },
) {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

type WindowParams<P extends string> = Readonly<Record<"stride" | P, number>>;

const padded = <P extends string>(size: string, padding?: P) =>
  padding === undefined ? `\`${size}\`` : `\`${size}\` + 2 · \`${padding}\``;

const bordersOf = <P extends string>(params: WindowParams<P>, padding?: P): number =>
  padding === undefined ? 0 : params[padding];

/** @param padding the param with the rows and columns of zeros on each side */
export function windowsFit<P extends string = never>(padding?: P): Constraint<Sizes, "stride" | P> {
  return {
    sentence: `\`kernel\` is at most ${padded("height", padding)} and at most ${padded("width", padding)}.`,
    of: "dimensions",
    holds: ({ shape: { kernel, height, width }, params }) =>
      kernel <= Math.min(height, width) + 2 * bordersOf(params, padding),
  };
}

export function isOutputOf<P extends string = never>(
  output: "oh" | "ow",
  size: "height" | "width",
  padding?: P,
): Constraint<Sizes, "stride" | P> {
  return {
    sentence: `\`${output}\` is floor((${padded(size, padding)} - \`kernel\`) / \`stride\`) + 1.`,
    of: "dimensions",
    holds: ({ shape, params }) =>
      shape[output] ===
      outputSize(shape[size], shape.kernel, { stride: params.stride, padding: bordersOf(params, padding) }),
  };
}
