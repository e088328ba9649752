import type { Mistake } from "../../harness/task/task.ts";

/**
 * Mistakes that omit terms at the end of a row.
 *
 * @param tiles common tile sizes along `k`, which need not divide it
 * @param truncated the wrong function, which sums only the first `counted(k)` terms
 */
export function missingTerms<K extends string, P extends string>(
  tiles: readonly number[],
  truncated: (counted: (k: number) => number) => Mistake<K, P>["outputs"],
): Mistake<K, P>[] {
  return [
    {
      name: "last-term-left-out",
      about: "the last term of each sum is missing",
      hint: "Loop while i < K: the loop along k ends one too early.",
      outputs: truncated((k) => k - 1),
    },
    ...tiles.map((tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `terms past the last full tile of ${tile} along k are missing from each sum`,
      hint: `Round the number of tiles up and guard the last one: k need not be a multiple of ${tile}.`,
      outputs: truncated((k) => Math.floor(k / tile) * tile),
    })),
  ];
}
