import { cellsOf } from "../text/cells.ts";
import { count } from "../text/count.ts";
import type { TextStyle } from "../text/text-style.ts";
import { wrap } from "../text/wrap.ts";
import { hasPassed, type ProofCheck, type TaskProof } from "./task-proof.ts";

const PROBLEMS_SHOWN = 3;

/** A table with a line for each check, problems with their fixes below it. */
export function proofText(proof: TaskProof, { colors, width }: TextStyle): string {
  const { task, checks } = proof;
  const aboutWidth = Math.max(...checks.map(({ about }) => cellsOf(about)));
  const lines = checks.map(({ about, state, found }) => {
    const sign = { passed: colors.green("✓"), failed: colors.red("✗"), skipped: colors.dim("–") }[state];
    return `  ${sign} ${about.padEnd(aboutWidth)}  ${colors.dim(found)}`.trimEnd();
  });
  const failed = checks.filter(({ state }) => state === "failed");
  const verdict = hasPassed(proof) ? colors.green("verified") : colors.red(`${count(failed.length, "check")} failed`);
  return [
    `${colors.bold(task)}: ${verdict}`,
    "",
    ...lines,
    ...failed.flatMap(problemLines),
    ...remarkLines(checks),
  ].join("\n");

  function problemLines({ about, problems, fix }: ProofCheck): string[] {
    const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => wrap(problem, width, "  - "));
    const more = problems.length - shown.length;
    return ["", colors.bold(about), ...shown, ...(more > 0 ? [`  and ${more} more`] : []), wrap(fix, width, "  → ")];
  }

  function remarkLines(all: readonly ProofCheck[]): string[] {
    const remarks = all.flatMap(({ about, remarks: own }) => own.map((remark) => `${about}: ${remark}`));
    return remarks.length === 0 ? [] : ["", ...remarks.map((remark) => wrap(remark, width, "  "))];
  }
}
