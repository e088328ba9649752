import { min, sum } from "d3-array";
import { cellsOf } from "../text/cells.ts";
import type { TextStyle } from "../text/text-style.ts";
import type { ProofFigures } from "./figures.ts";
import { failureText } from "./proof-text.ts";
import { hasPassed, type TaskProof } from "./task-proof.ts";

const GAP = "  ";

/** The most important first: a narrow terminal omits the last. */
const HEADINGS = ["task", "honest", "f16", "mistakes", "mutants", "bound", "plain, tuned", "seeds", "cases", "lines"];

/** A line for each task, then its failed checks. */
export function proofsText(proofs: readonly TaskProof[], style: TextStyle): string {
  const { colors, width } = style;
  const rows = proofs.map(({ task, figures }) => [task, ...(figures === undefined ? [] : cells(figures))]);
  const all = HEADINGS.map((heading, column) =>
    Math.max(cellsOf(heading), ...rows.map((row) => cellsOf(row[column] ?? ""))),
  );
  const endOf = (column: number) => sum(all.slice(0, column + 1), (own) => own + GAP.length);
  const widths = all.filter((_, column) => endOf(column) <= width);
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (row[column] ?? "").padEnd(width))
      .join(GAP)
      .trimEnd();
  const lines = proofs.map((proof, index) => {
    const sign = hasPassed(proof) ? colors.green("✓") : colors.red("✗");
    return `${sign} ${line(rows[index]!)}`;
  });
  const failures = proofs.filter((proof) => !hasPassed(proof)).map((proof) => failureText(proof, style));
  return [colors.dim(`  ${line(HEADINGS)}`), ...lines, ...failures.map((text) => `\n${text}`)].join("\n");
}

function cells({
  cases,
  seeds,
  lines,
  honest,
  imprecise,
  mistakes,
  largestShares,
  judgingMs,
  mutants,
}: ProofFigures): string[] {
  const judged = sum(mutants, (one) => one.judged);
  const explained = sum(mutants, (one) => one.sameFunction + one.outOfSight);
  const refused = judged - explained - sum(mutants, (one) => one.unexplained);
  const seconds = (kernel: string) => ((judgingMs[kernel] ?? Number.NaN) / 1000).toFixed(1);
  return [
    `${honest.accepted}/${honest.judged}`,
    `${imprecise.refused}/${imprecise.judged}`,
    `${mistakes.named}/${mistakes.judged}`,
    `${refused} + ${explained} of ${judged}`,
    leastShare(largestShares),
    `${seconds("plain")} s, ${seconds("tuned")} s`,
    ...[seeds, cases, lines].map(String),
  ];
}

/** Of the output whose bound is used least: others say nothing about it. */
function leastShare(shares: Readonly<Record<string, number>>): string {
  const least = min(Object.values(shares));
  return least === undefined ? "–" : `${Number((100 * least).toPrecision(2))} %`;
}
