import type { PathProblem } from "../../pull-request/one-candidate.ts";
import { isAccepted, outcomeSentence, type PullRequestOutcome } from "../../pull-request/outcome.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";
import { attemptText } from "../terminal/attempt-text.ts";
import { colorVerdict, verdictWords } from "../terminal/verdict-words.ts";

const PROBLEMS_SHOWN = 20;

/** A pull request's outcome, for a terminal: a line for each accepted submission, all details of the others. */
export function pullRequestText(outcome: PullRequestOutcome, style: TextStyle): string {
  const { colors, width } = style;
  const color = isAccepted(outcome) ? colors.green : colors.red;
  const parts: string[] = [];
  if (outcome.state === "graded") {
    const { results, problems, remarks, unchanged } = outcome;
    for (const attempt of results.attempts) {
      const { verdict, task } = attempt;
      const line = `${colors.bold(printable(task))}: ${colorVerdict(verdict, colors)}, ${verdictWords[verdict]}`;
      parts.push(verdict === "accepted" ? line : attemptText(attempt, style));
    }
    if (problems.length > 0) parts.push(`${colors.bold("Not graded")}\n${problemLines(problems, style)}`);
    if (unchanged.length > 0) {
      parts.push(wrap(`Not graded again, because unchanged: ${unchanged.join(", ")}.`, width));
    }
    parts.push(...remarks.map((remark) => wrap(printable(remark), width)));
    if (results.attempts.some(({ verdict }) => verdict !== "accepted")) {
      parts.push(`Repeat with the same inputs:\n  kernelmark check <file> --seed ${results.seed}`);
    }
  } else {
    parts.push(problemLines(outcome.problems, style));
    if (outcome.isShallow) {
      parts.push(
        wrap(
          "This clone is shallow. If the list includes other people's changes, fetch the full history: git fetch --unshallow",
          width,
        ),
      );
    }
  }
  parts.push(colors.bold(color(outcomeSentence(outcome))));
  return parts.join("\n\n");
}

function problemLines(problems: readonly PathProblem[], { colors, width }: TextStyle): string {
  const lines = problems.slice(0, PROBLEMS_SHOWN).map(({ path, reason }) => {
    const about = wrap(printable(reason), width, "  ");
    return path === "" ? about : `${colors.bold(printable(path))}\n${about}`;
  });
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
