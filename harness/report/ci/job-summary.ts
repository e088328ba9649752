import type { PathProblem } from "../../pull-request/one-candidate.ts";
import { isAccepted, outcomeSentence, type PullRequestOutcome } from "../../pull-request/outcome.ts";
import type { Attempt } from "../../results/attempt.ts";
import { VERDICTS } from "../../results/verdict.ts";
import { describeCase } from "../../task/case.ts";
import { alsoFailing, headlineCase } from "../headline.ts";
import { nextStep } from "../terminal/next-step.ts";
import { verdictWords } from "../terminal/verdict-words.ts";
import { attemptPlace } from "./annotations.ts";
import { markdownCode, markdownInlineCode, markdownText } from "./markdown-text.ts";

/** GitHub drops a step's entire summary above 1 MiB; other tools may have written part of it. */
const LIMIT_BYTES = 900 * 1024;
const PROBLEMS_SHOWN = 50;

/**
 * A pull request's outcome as GitHub shows it on the page of a run, in Markdown. Above the limit, submissions' details
 * are omitted from the end.
 */
export function jobSummary(outcome: PullRequestOutcome): string {
  const mark = isAccepted(outcome) ? "✅" : "❌";
  const heading = `## Kernelmark\n\n${mark} ${outcomeSentence(outcome)}`;
  const parts = outcome.state === "refused" ? refusedParts(outcome) : gradedParts(outcome);
  return `${joinWithin([heading, ...parts], LIMIT_BYTES)}\n`;
}

function joinWithin(parts: readonly string[], limitBytes: number): string {
  const left = "*Summary truncated: the log has the rest.*";
  let text = parts[0]!;
  for (const part of parts.slice(1)) {
    const longer = `${text}\n\n${part}`;
    if (Buffer.byteLength(longer) + Buffer.byteLength(left) > limitBytes) return `${text}\n\n${left}`;
    text = longer;
  }
  return text;
}

function refusedParts({ problems, isShallow }: Extract<PullRequestOutcome, { state: "refused" }>): string[] {
  const parts = [problemList(problems)];
  if (isShallow) {
    parts.push(
      "This clone is shallow. If the list includes other people's changes, set <code>fetch-depth: 0</code> for actions/checkout.",
    );
  }
  return parts;
}

function gradedParts(outcome: Extract<PullRequestOutcome, { state: "graded" }>): string[] {
  const { results, problems, remarks, unchanged } = outcome;
  const parts: string[] = [];
  if (results.attempts.length > 0) parts.push(table(outcome));
  if (problems.length > 0) parts.push(`### Not graded\n\n${problemList(problems)}`);
  if (unchanged.length > 0) {
    parts.push(`Not graded again, because unchanged: ${unchanged.map(markdownInlineCode).join(", ")}.`);
  }
  if (remarks.length > 0) parts.push(remarks.map((remark) => `- ${markdownText(remark)}`).join("\n"));
  const worstFirst = results.attempts
    .filter(({ verdict }) => verdict !== "accepted")
    .toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict));
  parts.push(...worstFirst.map((attempt) => details(attempt, outcome.submissions)));
  parts.push(
    `<sub>Kernelmark ${markdownText(results.harnessVersion)} on ${markdownText(results.adapter.description)}. Repeat with the same inputs: ${markdownInlineCode(`kernelmark check <file> --seed ${results.seed}`)}</sub>`,
  );
  return parts;
}

function table({ results, marks }: Extract<PullRequestOutcome, { state: "graded" }>): string {
  const rows = results.attempts.map(({ candidate, task, verdict, cases, caseCount }) => {
    const right = cases.filter((result) => result.verdict === "accepted").length;
    const mark = marks.candidates.find((one) => one.candidate === candidate)?.tasks[task];
    const points =
      mark === undefined
        ? "not in the assignment"
        : mark.points === null
          ? "held for manual review"
          : `${mark.points} of ${mark.max}`;
    const cells = [
      markdownInlineCode(task),
      `${verdict === "accepted" ? "✅" : "❌"} ${verdict}`,
      `${right} of ${caseCount}`,
      points,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| task | verdict | cases passed | points |", "|---|---|---|---|", ...rows].join("\n");
}

function problemList(problems: readonly PathProblem[]): string {
  const lines = problems
    .slice(0, PROBLEMS_SHOWN)
    .map(({ path, reason }) => `- ${path === "" ? "" : `${markdownInlineCode(path)}: `}${markdownText(reason)}`);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

function details(attempt: Attempt, submissions: string): string {
  const { task, verdict, message, mistake, evidence, remarks, log } = attempt;
  const telling = headlineCase(attempt);
  const found = telling?.evidence ?? evidence;
  const parts = [`### ${markdownInlineCode(task)}: ${verdict}, ${verdictWords[verdict]}`, markdownText(message)];
  if (telling !== undefined) {
    const also = alsoFailing(attempt, ({ group }) => group);
    parts.push(markdownText(`First failing case: ${describeCase(telling)} data (${telling.group}). ${also}`.trimEnd()));
  }
  if (found?.kind === "source") {
    const { file, line } = attemptPlace(attempt, submissions);
    parts.push(`${markdownInlineCode(`${file}:${line}`)}\n\n${markdownCode(found.frame)}`);
  }
  if (found?.kind === "wrong-elements" && found.picture.length > 0) {
    parts.push(
      `Where ${markdownInlineCode(found.output)} is wrong (#) or correct (·):\n\n${markdownCode(found.picture.join("\n"))}`,
    );
  }
  if (mistake !== null) {
    parts.push(`**Likely cause:** ${markdownText(mistake.about)}. ${markdownText(mistake.hint)}`);
  }
  if (remarks.length > 0) parts.push(remarks.map((remark) => `- ${markdownText(remark)}`).join("\n"));
  if (log.trim() !== "") {
    parts.push(`<details><summary>Plan function log</summary>\n\n${markdownCode(log.trimEnd())}\n\n</details>`);
  }
  parts.push(`**Next step:** ${markdownText(nextStep(attempt))}`);
  return parts.join("\n\n");
}
