import type { Problem, Tensor } from "../../reference/oracle.ts";
import { dimSizes } from "./dims.ts";
import type { Constraint, DeclaredRange, ElementType, TaskSpec, TensorSpec } from "./task.ts";

/** All numbers are finite: WGSL lets kernels assume so. */
export const finite: Constraint<string, string> = {
  sentence: "All params and all elements of the inputs are finite.",
  of: "inputs",
  holds: ({ params, inputs }) => [Object.values(params), ...Object.values(inputs)].every(allFinite),
};

/** Instead of `finite`: negative infinity masks, as in PyTorch. */
export const masksAllowed: Constraint<string, string> = {
  sentence: "No element of the inputs is NaN or positive infinity.",
  of: "inputs",
  holds: ({ inputs }) =>
    Object.values(inputs).every((values) => values.every((value) => value < Number.POSITIVE_INFINITY)),
};

function allFinite(values: Tensor | readonly number[]): boolean {
  return (values as readonly number[]).every(Number.isFinite);
}

/** A boolean param. */
export function flag<P extends string>(param: P): Constraint<string, P> {
  return {
    sentence: `\`${param}\` is 0 or 1.`,
    of: "dimensions",
    holds: ({ params }) => params[param] === 0 || params[param] === 1,
  };
}

export function multiple<K extends string>(size: K, of: K | number): Constraint<K, string> {
  return {
    sentence: `\`${size}\` is a multiple of ${typeof of === "number" ? of : `\`${of}\``}.`,
    of: "dimensions",
    holds: ({ shape }) => shape[size] % (typeof of === "number" ? of : shape[of]) === 0,
  };
}

export function atMost<K extends string>(size: K, most: number): Constraint<K, string> {
  return {
    // Formatted when it is read: the first number takes the engine some 30 ms, and workers never show it.
    get sentence() {
      return `\`${size}\` is at most ${most.toLocaleString("en")}.`;
    },
    of: "dimensions",
    holds: ({ shape }) => shape[size] <= most,
  };
}

export function notNegative<P extends string>(param: P): Constraint<string, P> {
  return { sentence: `\`${param}\` is not negative.`, of: "dimensions", holds: ({ params }) => params[param] >= 0 };
}

/** A share. */
export function fraction<P extends string>(param: P): Constraint<string, P> {
  return {
    sentence: `\`${param}\` is from 0 to 1.`,
    of: "dimensions",
    holds: ({ params }) => params[param] >= 0 && params[param] <= 1,
  };
}

export function positiveInteger<P extends string>(param: P): Constraint<string, P> {
  return {
    sentence: `\`${param}\` is a positive integer.`,
    of: "dimensions",
    holds: ({ params }) => Number.isInteger(params[param]) && params[param] >= 1,
  };
}

/** Shares. */
export function fractions(input: string): Constraint<string, string> {
  return {
    sentence: `Each of \`${input}\` is from 0 to 1.`,
    of: "inputs",
    holds: ({ inputs }) => inputs[input]!.every((share) => share >= 0 && share <= 1),
  };
}

/** Square matrices along the last two axes, such as Cholesky factors. */
export function upperTriangular<K extends string>(input: string, size: K): Constraint<K, string> {
  return {
    sentence: `Each matrix of \`${input}\` is upper triangular, with a positive diagonal.`,
    of: "inputs",
    holds: ({ shape: { [size]: d }, inputs }) =>
      inputs[input]!.every((value, index) => {
        const [row, column] = [Math.floor(index / d) % d, index % d];
        return row < column || (row === column ? value > 0 : value === 0);
      }),
  };
}

export function symmetric<K extends string>(input: string, size: K): Constraint<K, string> {
  return {
    sentence: `Each matrix of \`${input}\` is symmetric.`,
    of: "inputs",
    holds({ shape: { [size]: d }, inputs }) {
      const values = inputs[input]!;
      return values.every((value, index) => {
        const [matrix, row, column] = [Math.floor(index / d ** 2), Math.floor(index / d) % d, index % d];
        return value === values[(matrix * d + column) * d + row];
      });
    },
  };
}

/** The range of a param. */
export function paramRange<P extends string>(param: P, least: number, most: number): DeclaredRange<string, P> {
  return {
    of: param,
    least: Math.fround(least),
    most: Math.fround(most),
    values: ({ params }) => [params[param]],
  };
}

/** Indices of an axis, counted from 0. */
export function indicesOf<K extends string>(input: string, size: K): Constraint<K, string> {
  return {
    sentence: `Each of \`${input}\` is less than \`${size}\`.`,
    of: "inputs",
    holds: ({ shape, inputs }) => inputs[input]!.every((index) => index < shape[size]),
  };
}

/** Every row along the last axis has an element that is not masked. */
export function partlyMasked<K extends string>(input: string, cols: K, mask: number): Constraint<K, string> {
  const isSeen = (value: number) => value > Math.fround(mask);
  const shown = String(mask).replace("e+", "e");
  return {
    sentence: `No row of \`${input}\` is fully masked: at least one element is greater than ${shown}.`,
    of: "inputs",
    holds({ shape, inputs }) {
      const values = inputs[input]!;
      const cuts = Array.from({ length: values.length / shape[cols] }, (_, row) => row * shape[cols]);
      return cuts.every((start) => values.subarray(start, start + shape[cols]).some(isSeen));
    },
  };
}

/** The weights of a mixture, which add up to 1 within f32 rounding. */
export const mixtureWeights: Constraint<string, string> = {
  sentence: "`weights` are positive and add up to 1, within 0.0001.",
  of: "inputs",
  holds({ inputs }) {
    const weights = Array.from(inputs.weights!);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.every((weight) => weight > 0) && Math.abs(sum - 1) <= 1e-4;
  },
};

/** All constraints on a problem: the spec's, and zero padding of packed tensors. */
export function constraintsOf({ constraints, inputs }: TaskSpec<string, string>): Constraint<string, string>[] {
  const packed = inputs.filter(({ type, dims }) => ELEMENT_BITS[type] < 32 && dims.length > 0);
  return [...constraints, ...packed.map(zeroPadding)];
}

/** The first constraint that a problem breaks. */
export function brokenConstraint(
  spec: TaskSpec<string, string>,
  problem: Problem,
): Constraint<string, string> | undefined {
  return constraintsOf(spec).find((constraint) => !constraint.holds(problem));
}

/** The first constraint that shape and params break, for any inputs. */
export function brokenByDimensions(
  spec: TaskSpec<string, string>,
  dimensions: Pick<Problem, "shape" | "params">,
): Constraint<string, string> | undefined {
  return spec.constraints.find((one) => one.of === "dimensions" && !one.holds({ ...dimensions, inputs: {} }));
}

const ELEMENT_BITS: Readonly<Record<ElementType, number>> = { f32: 32, u32: 32, i8: 8, u4: 4 };

function zeroPadding(tensor: TensorSpec): Constraint<string, string> {
  const { name, type } = tensor;
  return {
    sentence: `Unused bits in the last word of each row of \`${name}\` are zero.`,
    of: "inputs",
    holds({ shape, inputs }) {
      const values = inputs[name]!;
      const rowElements = dimSizes(tensor, shape).at(-1)!;
      const perWord = 32 / ELEMENT_BITS[type];
      const used = rowElements % perWord;
      if (used === 0) return true;
      const rowWords = Math.ceil(rowElements / perWord);
      const padding = ~0 << (used * ELEMENT_BITS[type]);
      for (let last = rowWords - 1; last < values.length; last += rowWords) {
        if ((values[last]! & padding) !== 0) return false;
      }
      return true;
    },
  };
}
