import type { Results } from "../results/results.ts";

/** Whether candidates may not know the seed yet: it determines every input, so they could submit the answers. */
export function isSeedSecret({ assignment: { practice, deadline } }: Pick<Results, "assignment">, at: Date): boolean {
  if (practice) return false;
  return deadline === undefined || at < new Date(deadline);
}
