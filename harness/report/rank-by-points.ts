import type { CandidateMarks } from "../marks/marks.ts";

export interface Ranked {
  /** From 1; equal points give equal ranks. */
  readonly rank: number;
  readonly marks: CandidateMarks;
}

/** All candidates by points, the best first; of equal points, first those who had fewer points to get. */
export function rankByPoints(candidates: readonly CandidateMarks[]): Ranked[] {
  const share = ({ points, max }: CandidateMarks) => (max > 0 ? points / max : -1);
  const sorted = [...candidates].sort((a, b) => b.points - a.points || share(b) - share(a));
  let rank = 0;
  return sorted.map((marks, place) => {
    if (place === 0 || sorted[place - 1]!.points !== marks.points) rank = place + 1;
    return { rank, marks };
  });
}
