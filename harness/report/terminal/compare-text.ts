import type { Results } from "../../results/results.ts";
import { cellsOf } from "../../text/cells.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import type { Comparison, Condition, Move, Standing } from "../compare-runs.ts";

type Head = Pick<Results, "run" | "startedAt" | "adapter" | "harnessVersion" | "dawnVersion">;

/** The submissions that changed between two runs, as a table. */
export function compareText(
  { conditions, moves, attemptCount }: Comparison,
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
