import type { PassCounts, PlanCounts } from "../../results/access-counts.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";
import { findingsText } from "./findings-text.ts";
import { significant, table } from "./measurement-text.ts";
import { numbersOf } from "./profile-text.ts";

type Counted = Exclude<PassCounts, { readonly uncounted: string }>;

/** What each pass reads and writes for an element of the outputs, and the advice that follows. */
export function countsText(counts: PlanCounts, style: TextStyle): string {
  const { colors, width } = style;
  const { rows, shape, outputElements, findings } = counts;
  const counted = rows.filter((row): row is Counted => !("uncounted" in row));
  const parts = [colors.bold(`Counted on ${shape}, per output element`)];
  if (counted.length > 0) {
    const header = ["pass", "global reads", "writes", "workgroup reads", "writes", "barriers/workgroup"];
    const cells = counted.map((row) => [
      numbersOf(row.passes),
      ...(["storage", "workgroup"] as const).flatMap((space) =>
        (["reads", "writes"] as const).map((what) => significant(sum(row, space, what) / outputElements)),
      ),
      significant(row.barriersPerWorkgroup),
    ]);
    parts.push(table(header, cells, ["left", "right", "right", "right", "right", "right"], colors.bold));
  }
  for (const row of rows) {
    if ("uncounted" in row) {
      parts.push(wrap(`Pass ${numbersOf(row.passes)} is not counted: ${printable(row.uncounted)}.`, width));
    }
  }
  const advice = findingsText(findings, style, "Advice from the counts");
  return advice === undefined ? parts.join("\n") : `${parts.join("\n")}\n\n${advice}`;
}

function sum({ buffers }: Counted, space: "storage" | "workgroup", what: "reads" | "writes"): number {
  return buffers.reduce((total, buffer) => total + (buffer.space === space ? buffer[what] : 0), 0);
}
