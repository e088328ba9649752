import type { Mistake } from "../../harness/task/task.ts";

/**
 * Mistakes that leave terms at the end of a row out of its sum.
 *
 * @param tiles by which kernels commonly step along `k`, and which need not divide it
 * @param truncated the wrong function that sums only the first `counted(k)` terms
 */
export function missingTerms<K extends string, P extends string>(
  tiles: readonly number[],
  truncated: (counted: (k: number) => number) => Mistake<K, P>["outputs"],
): Mistake<K, P>[] {
  return [
    {
      name: "last-term-left-out",
      about: "the last term of each sum is missing",
      hint: "The loop along k ends one too early: let i run while i < K.",
      outputs: truncated((k) => k - 1),
    },
    ...tiles.map((tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `terms past the last whole tile of ${tile} along k are missing from each sum`,
      hint: `k need not be a multiple of ${tile}: round the number of tiles up, and guard the last one.`,
      outputs: truncated((k) => Math.floor(k / tile) * tile),
    })),
  ];
}
