/** The verdicts on a submission, or on one of its cases, from best to worst for the candidate. */
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

/** Verdicts that say nothing about the kernel. */
const NOT_OF_THE_KERNEL: readonly Verdict[] = ["unsupported", "harness-error"];

/**
 * The case that decides a submission's verdict: the first that failed, in the order given. Its verdict, numbers,
 * picture and cause belong together. A case that says nothing about the kernel leads only if no other failed;
 * undefined if all are accepted.
 */
export function leadingCase<C extends { readonly verdict: Verdict }>(cases: readonly C[]): C | undefined {
  const failed = cases.filter(({ verdict }) => verdict !== "accepted");
  return failed.find(({ verdict }) => !NOT_OF_THE_KERNEL.includes(verdict)) ?? failed[0];
}
