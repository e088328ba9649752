import { cellsOf } from "../text/cells.ts";
import { count } from "../text/count.ts";
import type { TextStyle } from "../text/text-style.ts";
import { wrap } from "../text/wrap.ts";
import { hasPassed, type ProofCheck, type TaskProof } from "./task-proof.ts";

const PROBLEMS_SHOWN = 3;

/** A table with a line for each check, problems with their fixes below it. */
export function proofText(proof: TaskProof, style: TextStyle): string {
  const { colors } = style;
  const { checks } = proof;
  const aboutWidth = Math.max(...checks.map(({ about }) => cellsOf(about)));
  const lines = checks.map(({ about, state, found }) => {
    const sign = { passed: colors.green("✓"), failed: colors.red("✗"), skipped: colors.dim("–") }[state];
    return `  ${sign} ${about.padEnd(aboutWidth)}  ${colors.dim(found)}`.trimEnd();
  });
  return [headline(proof, style), "", ...lines, ...problemLines(checks, style), ...remarkLines(checks, style)].join(
    "\n",
  );
}

/** The failed checks of a task alone. */
export function failureText(proof: TaskProof, style: TextStyle): string {
  return [headline(proof, style), ...problemLines(proof.checks, style, Number.POSITIVE_INFINITY)].join("\n");
}

function headline(proof: TaskProof, { colors }: TextStyle): string {
  const failed = proof.checks.filter(({ state }) => state === "failed").length;
  const verdict = hasPassed(proof) ? colors.green("verified") : colors.red(`${count(failed, "check")} failed`);
  return `${colors.bold(proof.task)}: ${verdict}`;
}

function problemLines(
  checks: readonly ProofCheck[],
  { colors, width }: TextStyle,
  mostShown = PROBLEMS_SHOWN,
): string[] {
  const failed = checks.filter(({ state }) => state === "failed");
  return failed.flatMap(({ about, problems, fix }) => {
    const shown = problems.slice(0, mostShown).map((problem) => wrap(problem, width, "  - "));
    const more = problems.length - shown.length;
    return ["", colors.bold(about), ...shown, ...(more > 0 ? [`  and ${more} more`] : []), wrap(fix, width, "  → ")];
  });
}

function remarkLines(checks: readonly ProofCheck[], { width }: TextStyle): string[] {
  const remarks = checks.flatMap(({ about, remarks: own }) => own.map((remark) => `${about}: ${remark}`));
  return remarks.length === 0 ? [] : ["", ...remarks.map((remark) => wrap(remark, width, "  "))];
}
