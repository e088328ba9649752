import type { Results } from "../../results/results.ts";
import { cellsOf } from "../../text/cells.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import type { Comparison, Condition, Move, Standing, Total, TotalMove } from "../compare-runs.ts";

type Head = Pick<Results, "startedAt" | "adapter" | "harnessVersion" | "dawnVersion"> & {
  /** The run's folder, as the user named it. */
  readonly run: string;
};

/** The candidates whose points changed between two runs, then the submissions that changed, as tables. */
export function compareText(
  { conditions, totals, candidateCount, moves, attemptCount }: Comparison,
  a: Head,
  b: Head,
  style: TextStyle,
): string {
  const { colors, width } = style;
  const name = ({ run, startedAt }: Head) => `${printable(run)} (${startedAt.slice(0, 16).replace("T", " ")} UTC)`;
  const parts = [wrap(`From ${name(a)} to ${name(b)}.`, width)];
  if (conditions.length > 0) {
    const list = conditions.map((condition) => conditionText(condition, a, b)).join("; ");
    parts.push(wrap(`Differences between the runs: ${list}.`, width, "", "  "));
  }
  if (totals.length > 0) parts.push(totalsTable(totals, style));
  if (totals.length + moves.length > 0) parts.push(totalsSentence(totals, candidateCount, style));
  if (moves.length > 0) parts.push(table(moves, style));
  const submissions = count(attemptCount, "submission");
  parts.push(
    moves.length === 0
      ? `No changes in ${submissions}.`
      : `${colors.bold(String(moves.length))} of ${submissions} changed.`,
  );
  return parts.join("\n\n");
}

function conditionText(condition: Condition, a: Head, b: Head): string {
  switch (condition) {
    case "adapter":
      return `the adapter (${printable(a.adapter.description)}, then ${printable(b.adapter.description)})`;
    case "harness":
      return `Kernelmark (${printable(a.harnessVersion)}, then ${printable(b.harnessVersion)})`;
    case "Dawn":
      return `Dawn (${printable(a.dawnVersion)}, then ${printable(b.dawnVersion)})`;
    case "seed":
    case "assignment":
      return `the ${condition}`;
    case "facts":
      return "hand-in times, extensions, adjustments or teams";
  }
}

function totalsTable(totals: readonly TotalMove[], { colors, width }: TextStyle): string {
  const rows = totals.map((total) => [
    printable(total.candidate),
    printable(total.name),
    totalText(total.before),
    totalText(total.after),
    differenceText(total),
  ]);
  const heading = ["candidate", rows.some(([, name]) => name !== "") ? "name" : "", "before", "after", "points"];
  const [candidateWidth, nameWidth, ...others] = heading.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column]!)].map(cellsOf)),
  );
  const room = others.reduce((left, one) => left - one - 2, width);
  const widths = [
    Math.min(candidateWidth!, nameWidth === 0 ? room : Math.floor(room / 2) - 1),
    Math.min(nameWidth!, Math.floor(room / 2) - 1),
    ...others,
  ];
  const line = (row: readonly string[]) =>
    row
      .flatMap((text, column) => (widths[column] === 0 ? [] : [cell(text, widths[column]!)]))
      .join("  ")
      .trimEnd();
  return [colors.bold(line(heading)), ...rows.map(line)].join("\n");
}

function totalText(total: Total | null): string {
  if (total === null) return "-";
  const { points, max, heldCount } = total;
  return `${points} of ${max}${heldCount > 0 ? `, ${heldCount} held` : ""}`;
}

function differenceText({ before, change }: TotalMove): string {
  if (change === null) return before === null ? "new" : "removed";
  return change > 0 ? `+${change}` : String(change);
}

/** `3 of 40 candidates moved: 2 gained, 1 lost.` */
function totalsSentence(totals: readonly TotalMove[], candidateCount: number, { colors }: TextStyle): string {
  const candidates = count(candidateCount, "candidate");
  if (totals.length === 0) return `The points of ${candidates} are the same.`;
  const number = (isOne: (change: number) => boolean) =>
    totals.filter(({ change }) => change !== null && isOne(change)).length;
  const parts = [
    [number((change) => change > 0), "gained"],
    [number((change) => change < 0), "lost"],
    [number((change) => change === 0), "with another maximum"],
    [totals.filter(({ change }) => change === null).length, "in one run only"],
  ] as const;
  const list = parts.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  return `${colors.bold(String(totals.length))} of ${candidates} moved: ${list.join(", ")}.`;
}

function table(moves: readonly Move[], { colors, width }: TextStyle): string {
  const taskWidth = Math.min(Math.max(4, ...moves.map(({ task }) => cellsOf(printable(task)))), 20);
  const candidateWidth = Math.min(Math.max(9, ...moves.map(({ candidate }) => cellsOf(printable(candidate)))), 16);
  const indent = " ".repeat(taskWidth + candidateWidth + 4);
  const heading = `${cell("task", taskWidth)}  ${cell("candidate", candidateWidth)}  change, and possible reasons`;
  const rows = moves.map((move) => {
    const start = `${cell(printable(move.task), taskWidth)}  ${cell(printable(move.candidate), candidateWidth)}  `;
    return `${wrap(changeText(move), width, start, indent)}\n${colors.dim(wrap(becauseText(move), width, indent, indent))}`;
  });
  return [colors.bold(heading), ...rows].join("\n");
}

function changeText({ before, after, changed }: Move): string {
  if (before === null) return `new: ${standingText(after!)}`;
  if (after === null) return `removed (was ${standingText(before)})`;
  const parts: string[] = [];
  if (changed.includes("verdict")) parts.push(`${before.verdict} → ${after.verdict}`);
  if (changed.includes("points")) parts.push(`${pointsText(before)} → ${pointsText(after)} points`);
  if (changed.includes("speed")) parts.push(`${speedText(before)} → ${speedText(after)}`);
  return parts.join("; ");
}

function standingText({ verdict, points }: Standing): string {
  return points === null ? verdict : `${verdict}, ${points} points`;
}

function pointsText({ points }: Standing): string {
  return points === null ? "no" : String(points);
}

function speedText({ speedup }: Standing): string {
  return speedup === null ? "not measured" : `${speedup.toFixed(2)}x`;
}

function becauseText({ before, after, because }: Move): string {
  if (before === null || after === null) return "in one run only";
  if (because.length === 0) return "same source, same conditions: results vary between runs";
  const words = {
    source: "source changed",
    seed: "different seed",
    adapter: "different adapter",
    harness: "different Kernelmark",
    facts: "different hand-in times, extensions, adjustments or teams",
  };
  const all = { ...words, Dawn: "different Dawn", assignment: "different assignment" };
  return because.map((reason) => all[reason]).join(", ");
}
