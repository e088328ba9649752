import type { Verdict } from "../../../results/verdict.ts";
import { VERDICTS } from "../../../results/verdict.ts";
import type { AttemptHead } from "../index-data.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";

/** The number of attempts by verdict: a bar whose parts have signs, readable without colours. */
export function VerdictBar({ attempts }: { readonly attempts: readonly AttemptHead[] }) {
  const counts = countVerdicts(attempts);
  const label = counts.map(([verdict, amount]) => `${amount} ${verdict}`).join(", ");
  return (
    <div class="verdict-bar" role="img" aria-label={label}>
      {counts.map(([verdict, amount]) => (
        <span key={verdict} class={toneOf(verdict)} style={`flex-grow: ${amount}`} title={`${amount} ${verdict}`}>
          {verdictSigns[verdict]} {amount}
        </span>
      ))}
    </div>
  );
}

export function countVerdicts(attempts: readonly AttemptHead[]): [Verdict, number][] {
  const counts = VERDICTS.map((verdict): [Verdict, number] => [
    verdict,
    attempts.filter((attempt) => attempt.verdict === verdict).length,
  ]);
  return counts.filter(([, amount]) => amount > 0);
}
