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

/** A library's shapes, before they have params. */
interface LibraryShape<K extends string> {
  readonly group: string;
  readonly shape: Shape<K>;
  readonly data: Kinds;
}

interface LibraryShapes<K extends string> {
  readonly checks: readonly LibraryShape<K>[];
  readonly draw: (random: Random) => Shape<K>;
  /** Small, medium, large. */
  readonly measures: readonly [Shape<K>, Shape<K>, Shape<K>];
}

/**
 * Rows that are each computed alone: tiny, odd and prime, around tiles of 16 and 64, long, and more rows than one
 * dimension of workgroups holds.
 *
 * @param long the kinds of data for long rows, as some would leave f32 no correct digits
 * @param wide those for rows of more elements than a workgroup has invocations, and about as many rows
 */
export function rowCases<R extends string, C extends string, P extends string>(
  rows: R,
  cols: C,
  { long = "all", wide = "plain" }: { readonly long?: Kinds; readonly wide?: Kinds } = {},
): CaseLibrary<R | C, P> {
  const sized = (rowCount: number, colCount: number) => ({ [rows]: rowCount, [cols]: colCount }) as Shape<R | C>;
  return casesOf({
    checks: [
      { group: "tiny", shape: sized(1, 1), data: "plain" },
      { group: "tiny", shape: sized(2, 3), data: "plain" },
      { group: "odd sizes", shape: sized(7, 13), data: "all" },
      { group: "odd sizes", shape: sized(263, 257), data: wide },
      { group: "around a tile", shape: sized(64, 15), data: "plain" },
      { group: "around a tile", shape: sized(63, 17), data: "plain" },
      { group: "around a tile", shape: sized(16, 65), data: "all" },
      { group: "around a tile", shape: sized(65, 64), data: "plain" },
      { group: "around a tile", shape: sized(9, 193), data: "plain" },
      { group: "long rows", shape: sized(5, 8209), data: long },
      { group: "many rows", shape: sized(65_537, 3), data: "plain" },
    ],
    draw: (random) => sized(random.integer(2, 90), random.integer(2, 600)),
    measures: [sized(512, 256), sized(1024, 1024), sized(2048, 4096)],
  });
}

/**
 * One axis, each element computed alone, or all of them together.
 *
 * @param largest the size that is measured last
 */
export function sizeCases<S extends string, P extends string>(name: S, largest = 2 ** 24): CaseLibrary<S, P> {
  const sized = (size: number) => ({ [name]: size }) as Shape<S>;
  const tile = (size: number) => ({ group: "around a tile", shape: sized(size), data: "plain" }) as const;
  return casesOf({
    checks: [
      { group: "tiny", shape: sized(1), data: "plain" },
      { group: "tiny", shape: sized(3), data: "plain" },
      { group: "odd sizes", shape: sized(97), data: "all" },
      { group: "odd sizes", shape: sized(1013), data: "all" },
      ...[15, 16, 17, 63, 64].map(tile),
      { group: "around a tile", shape: sized(65), data: "all" },
      { group: "around a tile", shape: sized(257), data: "plain" },
      { group: "long", shape: sized(8209), data: "all" },
      { group: "many", shape: sized(65_537), data: "plain" },
    ],
    draw: (random) => sized(random.integer(2, 3000)),
    measures: [sized(largest / 64), sized(largest / 8), sized(largest)],
  });
}

/** Pairs of points: two sets of `n` and `m` points in `d` dimensions. */
export function pairCases<N extends string, M extends string, D extends string, P extends string>(
  n: N,
  m: M,
  d: D,
): CaseLibrary<N | M | D, P> {
  const sized = (one: number, other: number, dims: number) => ({ [n]: one, [m]: other, [d]: dims }) as Shape<N | M | D>;
  return casesOf({
    checks: [
      { group: "tiny", shape: sized(1, 1, 1), data: "plain" },
      { group: "tiny", shape: sized(2, 3, 2), data: "plain" },
      { group: "odd sizes", shape: sized(7, 13, 5), data: "all" },
      { group: "odd sizes", shape: sized(37, 23, 11), data: "all" },
      { group: "around a tile", shape: sized(15, 17, 16), data: "plain" },
      { group: "around a tile", shape: sized(16, 15, 17), data: "all" },
      { group: "around a tile", shape: sized(63, 65, 15), data: "plain" },
      { group: "around a tile", shape: sized(64, 63, 3), data: "plain" },
      { group: "long", shape: sized(3, 2, 8209), data: "plain" },
      { group: "many points", shape: sized(65_537, 2, 3), data: "plain" },
      { group: "many points", shape: sized(3, 8209, 2), data: "plain" },
    ],
    draw: (random) => sized(random.integer(2, 60), random.integer(2, 60), random.integer(1, 40)),
    measures: [sized(256, 256, 32), sized(1024, 1024, 64), sized(2048, 2048, 128)],
  });
}

/** `n` points in `d` dimensions, in `k` clusters: several points for each, or most clusters would be empty. */
export function clusterCases<N extends string, D extends string, C extends string, P extends string>(
  n: N,
  d: D,
  k: C,
): CaseLibrary<N | D | C, P> {
  const sized = (points: number, dims: number, clusters: number) =>
    ({ [n]: points, [d]: dims, [k]: clusters }) as Shape<N | D | C>;
  return casesOf({
    checks: [
      { group: "tiny", shape: sized(1, 1, 1), data: "plain" },
      { group: "tiny", shape: sized(7, 2, 2), data: "plain" },
      { group: "odd sizes", shape: sized(97, 3, 11), data: "all" },
      { group: "odd sizes", shape: sized(263, 13, 7), data: "plain" },
      { group: "around a tile", shape: sized(63, 16, 7), data: "plain" },
      { group: "around a tile", shape: sized(65, 64, 8), data: "all" },
      { group: "around a tile", shape: sized(255, 15, 17), data: "plain" },
      { group: "many clusters", shape: sized(1031, 3, 131), data: "plain" },
      { group: "long", shape: sized(61, 1031, 5), data: "plain" },
      { group: "many points", shape: sized(65_537, 2, 3), data: "plain" },
    ],
    draw(random) {
      const clusters = random.integer(2, 12);
      return sized(random.integer(8 * clusters, 400), random.integer(1, 20), clusters);
    },
    measures: [sized(4096, 8, 8), sized(16_384, 16, 16), sized(65_536, 16, 16)],
  });
}

/** Params take their values in turn, so that each meets small and large shapes. */
export function casesOf<K extends string, P extends string>({
  checks,
  draw,
  measures,
}: LibraryShapes<K>): CaseLibrary<K, P> {
  return ({ params, kinds }) => {
    const names = Object.keys(params) as P[];
    const inTurn = (turn: number) =>
      Object.fromEntries(
        names.map((name) => [name, Math.fround(params[name][turn % params[name].length]!)]),
      ) as Params<P>;
    return {
      checks: checks.map(
        ({ group, shape, data }, turn): CheckShape<K, P> => ({
          group,
          shape,
          params: inTurn(turn),
          data: data === "all" ? kinds : typeof data === "string" ? [data] : data,
        }),
      ),
      drawShape: (random) => ({ shape: draw(random), params: inTurn(random.integer(0, 99)) }),
      measures: (["small", "medium", "large"] as const).map(
        (name, index): MeasureShape<K, P> => ({ name, shape: measures[index]!, params: inTurn(0) }),
      ),
    };
  };
}
