import type { Params, Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import type { CheckShape, MeasureShape, TaskSpec } from "./task.ts";

/** On which shapes a task is checked and measured. */
export type Cases<K extends string, P extends string> = Pick<TaskSpec<K, P>, "checks" | "drawShape" | "measures">;

/** What makes a task's cases of its params' values and the names of its data kinds. */
export type CaseLibrary<K extends string, P extends string> = (given: {
  readonly params: Readonly<Record<P, readonly number[]>>;
  readonly kinds: readonly string[];
}) => Cases<K, P>;

/** Names of kinds of data. */
type Kinds = "all" | "plain" | readonly string[];

/** The sizes of a problem, in the order of its axes. */
type Sizes<A extends readonly string[]> = { readonly [I in keyof A]: number };

interface ListedCases<A extends readonly string[], P extends string> {
  readonly axes: A;
  /** Kinds are `plain` by default; params take their values in turn, except for those that a check gives. */
  readonly checks: readonly (readonly [
    group: string,
    sizes: Sizes<A>,
    kinds?: Kinds,
    params?: Readonly<Partial<Record<NoInfer<P>, number>>>,
  ])[];
  readonly draw: (random: Random) => Sizes<A>;
  readonly measures: Readonly<Record<MeasureShape<string, string>["name"], Sizes<A>>>;
}

/**
 * Rows that are each computed alone: tiny, odd and prime, around tiles of 16 and 64, long, and more rows than one
 * dimension of workgroups holds.
 *
 * @param long the kinds of data for long rows, as some would leave f32 no correct digits
 * @param wide those for rows of more elements than a workgroup has invocations, and about as many rows
 * @param whole those for rows of several whole tiles of 16, for kernels with a module for such rows
 */
export function rowCases<R extends string, C extends string, P extends string>(
  rows: R,
  cols: C,
  { long = "all", wide = "plain", whole }: Readonly<Partial<Record<"long" | "wide" | "whole", Kinds>>> = {},
): CaseLibrary<R | C, P> {
  return casesOf({
    axes: [rows, cols],
    checks: [
      ["tiny", [1, 1]],
      ["tiny", [2, 3]],
      ["odd sizes", [7, 13], "all"],
      ["odd sizes", [263, 257], wide],
      ["around a tile", [64, 15]],
      ["around a tile", [63, 17]],
      ["around a tile", [16, 65], "all"],
      ["around a tile", [65, 64]],
      ["around a tile", [9, 227]],
      ["long rows", [5, 8209], long],
      ...(whole === undefined ? [] : [["around a tile", [18, 96], whole] as const]),
      ["many rows", [65_537, 3]],
    ],
    draw: (random) => [random.integer(2, 90), random.integer(2, 600)],
    measures: { small: [512, 256], medium: [1024, 1024], large: [2048, 4096] },
  });
}

/**
 * One axis, each element computed alone, or all of them together.
 *
 * @param largest the size that is measured last
 * @param many the largest size that is checked
 */
export function sizeCases<S extends string, P extends string>(
  name: S,
  largest = 2 ** 24,
  many = 65_537,
): CaseLibrary<S, P> {
  return casesOf({
    axes: [name],
    checks: [
      ["tiny", [1]],
      ["tiny", [3]],
      ["odd sizes", [97], "all"],
      ["odd sizes", [1013], "all"],
      ["around a tile", [15]],
      ["around a tile", [16]],
      ["around a tile", [17]],
      ["around a tile", [63]],
      ["around a tile", [64]],
      ["around a tile", [65], "all"],
      ["around a tile", [257]],
      ["whole vectors", [65_540]],
      ["long", [8209], "all"],
      ["many", [many]],
    ],
    draw: (random) => [random.integer(2, 3000)],
    measures: { small: [largest / 64], medium: [largest / 8], large: [largest] },
  });
}

/** Pairs of points: two sets of `n` and `m` points in `d` dimensions. */
export function pairCases<N extends string, M extends string, D extends string, P extends string>(
  n: N,
  m: M,
  d: D,
): CaseLibrary<N | M | D, P> {
  return casesOf({
    axes: [n, m, d],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 2]],
      ["tiny", [4, 8, 6]],
      ["whole vectors", [1, 8, 36]],
      ["whole vectors", [2, 36, 8]],
      ["whole vectors", [4, 8, 12]],
      ["whole vectors", [5, 68, 64], "all"],
      ["odd sizes", [7, 13, 5], "all"],
      ["odd sizes", [37, 23, 11], "all"],
      ["around a tile", [15, 17, 16]],
      ["around a tile", [16, 15, 17], "all"],
      ["around a tile", [63, 65, 15]],
      ["around a tile", [64, 63, 3]],
      ["long", [3, 2, 8209]],
      ["many points", [65_537, 2, 3]],
      ["many points", [3, 8209, 2]],
    ],
    draw: (random) => [random.integer(2, 60), random.integer(2, 60), random.integer(1, 40)],
    measures: { small: [256, 256, 32], medium: [1024, 1024, 64], large: [2048, 2048, 128] },
  });
}

/** `n` points in `d` dimensions, in `k` clusters: several points for each, or most clusters would be empty. */
export function clusterCases<N extends string, D extends string, C extends string, P extends string>(
  n: N,
  d: D,
  k: C,
): CaseLibrary<N | D | C, P> {
  return casesOf({
    axes: [n, d, k],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [7, 2, 2]],
      ["odd sizes", [97, 3, 11], "all"],
      ["odd sizes", [263, 13, 7]],
      ["around a tile", [63, 16, 7]],
      ["around a tile", [65, 64, 8], "all"],
      ["around a tile", [255, 15, 17]],
      ["one cluster", [7, 12, 1]],
      ["one cluster", [5, 13, 1]],
      ["many clusters", [1031, 3, 131]],
      ["long", [61, 1031, 5]],
      ["many points", [65_537, 2, 3]],
    ],
    draw(random) {
      const clusters = random.integer(2, 12);
      return [random.integer(8 * clusters, 400), random.integer(1, 20), clusters];
    },
    measures: { small: [4096, 8, 8], medium: [16_384, 16, 16], large: [65_536, 16, 16] },
  });
}

/** The cases of a table. Params take their values in turn, so that each meets small and large shapes. */
export function casesOf<const A extends readonly string[], P extends string>({
  axes,
  checks,
  draw,
  measures,
}: ListedCases<A, P>): CaseLibrary<A[number], P> {
  const shapeOf = (sizes: Sizes<A>) =>
    Object.fromEntries(axes.map((axis, index) => [axis, sizes[index]!])) as Shape<A[number]>;
  return ({ params, kinds }) => {
    const names = Object.keys(params) as P[];
    const inTurn = (turn: number, given?: Readonly<Partial<Record<P, number>>>) =>
      Object.fromEntries(
        names.map((name) => [name, Math.fround(given?.[name] ?? params[name][turn % params[name].length]!)]),
      ) as Params<P>;
    return {
      checks: checks.map(
        ([group, sizes, data = "plain", given], turn): CheckShape<A[number], P> => ({
          group,
          shape: shapeOf(sizes),
          params: inTurn(turn, given),
          data: data === "all" ? kinds : data === "plain" ? [data] : data,
        }),
      ),
      drawShape: (random) => ({ shape: shapeOf(draw(random)), params: inTurn(random.integer(0, 99)) }),
      measures: (["small", "medium", "large"] as const).map(
        (name): MeasureShape<A[number], P> => ({ name, shape: shapeOf(measures[name]), params: inTurn(0) }),
      ),
    };
  };
}
