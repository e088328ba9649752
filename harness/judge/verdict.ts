/** What can become of a submission, or of one of its cases, from best to worst for the candidate. */
export const VERDICTS = [
  "accepted",
  "unsupported",
  "imprecise",
  "wrong-answer",
  "time-limit",
  "memory-limit",
  "device-lost",
  "plan-error",
  "compile-error",
  "missing",
  "harness-error",
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The verdict of a submission whose cases got these: the worst of them. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst]!;
}
