import { cellsOf } from "../text/cells.ts";
import type { TextStyle } from "../text/text-style.ts";
import type { ProofFigures } from "./figures.ts";
import { failureText } from "./proof-text.ts";
import { hasPassed, type TaskProof } from "./task-proof.ts";

const HEADINGS = ["task", "cases", "honest", "seeds", "f16", "mistakes", "mutants", "bound", "lines", "plain, tuned"];

/** A line for each task, then its failed checks. */
export function proofsText(proofs: readonly TaskProof[], style: TextStyle): string {
  const { colors } = style;
  const rows = proofs.map(({ task, figures }) => [task, ...(figures === undefined ? [] : cells(figures))]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(cellsOf(heading), ...rows.map((row) => cellsOf(row[column] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (row[column] ?? "").padEnd(width))
      .join("  ")
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
  const sum = (count: (one: ProofFigures["mutants"][number]) => number) =>
    mutants.reduce((total, one) => total + count(one), 0);
  const judged = sum((one) => one.judged);
  const explained = sum((one) => one.sameFunction + one.outOfSight);
  const refused = judged - explained - sum((one) => one.unexplained);
  const seconds = (kernel: string) => ((judgingMs[kernel] ?? Number.NaN) / 1000).toFixed(1);
  return [
    String(cases),
    `${honest.accepted}/${honest.judged}`,
    String(seeds),
    `${imprecise.refused}/${imprecise.judged}`,
    `${mistakes.named}/${mistakes.judged}`,
    `${refused} + ${explained} of ${judged}`,
    Object.values(largestShares)
      .map((share) => `${Number((100 * share).toPrecision(2))} %`)
      .join(", ") || "–",
    String(lines),
    `${seconds("plain")} s, ${seconds("tuned")} s`,
  ];
}
