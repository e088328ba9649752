import { leadingCase, type Verdict } from "../results/verdict.ts";
import { count } from "../text/count.ts";

interface Judged<C> {
  readonly verdict: Verdict;
  readonly cases: readonly C[];
}

/** The case that an attempt's verdict, message and evidence describe; undefined if they describe none. */
export function headlineCase<C extends { readonly verdict: Verdict }>({ verdict, cases }: Judged<C>): C | undefined {
  const leading = leadingCase(cases);
  return leading?.verdict === verdict ? leading : undefined;
}

/**
 * Sums up the failing cases other than the headline's: `Also failing: time-limit on 2 cases (long rows).` Empty if there
 * are none.
 */
export function alsoFailing<C extends { readonly verdict: Verdict }>(
  attempt: Judged<C>,
  groupOf: (one: C) => string,
): string {
  const leading = headlineCase(attempt);
  const others = attempt.cases.filter((one) => one !== leading && one.verdict !== "accepted");
  const parts = [...new Set(others.map(({ verdict }) => verdict))].map((verdict) => {
    const own = others.filter((one) => one.verdict === verdict);
    return `${verdict} on ${count(own.length, "case")} (${[...new Set(own.map(groupOf))].join(", ")})`;
  });
  return parts.length === 0 ? "" : `Also failing: ${parts.join("; ")}.`;
}
