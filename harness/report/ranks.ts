import type { CandidateMarks } from "../marks/marks.ts";

/**
 * Ranks from 1; equal values give equal ranks.
 *
 * @param sorted from the largest value to the smallest
 */
export function ranked<T>(sorted: readonly T[], value: (one: T) => number): (T & { readonly rank: number })[] {
  let rank = 0;
  return sorted.map((one, place) => {
    if (place === 0 || value(sorted[place - 1]!) !== value(one)) rank = place + 1;
    return { ...one, rank };
  });
}

/** All candidates by points, the best first; of equal points, first those who had fewer points to get. */
export function rankByPoints(candidates: readonly CandidateMarks[]): (CandidateMarks & { readonly rank: number })[] {
  const share = ({ points, max }: CandidateMarks) => (max > 0 ? points / max : -1);
  const sorted = [...candidates].sort((a, b) => b.points - a.points || share(b) - share(a));
  return ranked(sorted, ({ points }) => points);
}
