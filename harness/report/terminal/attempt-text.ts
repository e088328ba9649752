import { group } from "d3-array";
import type { Attempt } from "../../results/attempt.ts";
import { type CaseNumbers, fitsScreen, type Shown } from "../../results/case-numbers.ts";
import type { CaseResult } from "../../results/case-result.ts";
import { describeCase } from "../../task/case.ts";
import { capital } from "../../text/capital.ts";
import { printable, printableLines } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import { headlineCase } from "../headline.ts";
import { dumpText } from "./dump-text.ts";
import { evidenceText, sourceText } from "./evidence-text.ts";
import { findingsText, furtherFindings } from "./findings-text.ts";
import { nextStep } from "./next-step.ts";
import { numbersText } from "./numbers-text.ts";
import { colorVerdict, verdictWords } from "./verdict-words.ts";

export interface AttemptTextOptions {
  /** Numbers of a case. */
  readonly shown?: Shown | undefined;
  /** Whether the candidate chose some of the cases. */
  readonly isPart?: boolean;
}

/** An attempt for its candidate, on a terminal. */
export function attemptText(
  attempt: Attempt,
  style: TextStyle,
  { shown, isPart = false }: AttemptTextOptions = {},
): string {
  const { colors, width } = style;
  const { verdict, task, message, cases, mistake, remarks, log } = attempt;
  const headline = colors.bold(colorVerdict(verdict, colors, verdict));
  const parts = [wrap(`${headline}, ${verdictWords[verdict]}`, width, `${colors.bold(printable(task))}: `, "  ")];
  const telling = headlineCase(attempt);
  const evidence = telling?.evidence ?? attempt.evidence;
  const isSource = evidence?.kind === "source";
  parts.push(isSource ? sourceText(evidence, message, style) : wrap(printable(message), width));
  if (cases.length > 0) parts.push(groupsText(attempt, style));
  if (telling !== undefined) {
    const where = `${describeCase(telling)} data (${telling.group})`;
    parts.push(wrap(printable(where), width, colors.bold("First failing case: "), "  "));
  }
  if (evidence !== null && !isSource) parts.push(evidenceText(evidence, style));
  if (shown !== undefined) parts.push(...shownTexts(attempt, shown, style));
  if (mistake) {
    const about = wrap(`${capital(printable(mistake.about))}.`, width - 2, "  ");
    const hint = wrap(printable(mistake.hint), width, "  ");
    parts.push(`${colors.bold("Likely cause")}\n${about}\n${hint}`);
  }
  const seen = findingsText(furtherFindings(attempt), style);
  if (seen !== undefined) parts.push(seen);
  if (remarks.length > 0) {
    const lines = remarks.map((remark) => wrap(printable(remark), width, "  - "));
    parts.push([colors.bold("Warnings"), ...lines].join("\n"));
  }
  if (log.trim() !== "") parts.push(logText(log, style));
  const step =
    isPart && verdict === "accepted" ? "check all cases, without the options that chose these." : nextStep(attempt);
  parts.push(wrap(step, width, `${colors.bold("Next step:")} `, "  "));
  return parts.join("\n\n");
}

function shownTexts({ cases, caseCount }: Attempt, { numbers, dumps }: Shown, style: TextStyle): string[] {
  const where = (caseIndex: number) => `${describeCase(cases.find(({ index }) => index === caseIndex)!)} data`;
  const texts: string[] = [];
  if (numbers !== undefined) {
    const name = style.colors.bold(caseCount === 1 ? "All numbers: " : "Smallest failing case: ");
    const heading = wrap(where(numbers.caseIndex), style.width, name, "  ");
    texts.push(
      `${heading}\n${allFit(numbers) ? numbersText(numbers, style) : "  Too many for a screen: --json prints them."}`,
    );
  }
  for (const dump of dumps) if (!("problem" in dump)) texts.push(dumpText(dump, where(dump.caseIndex), style));
  return texts;
}

function allFit({ inputs, outputs }: CaseNumbers): boolean {
  return [...Object.values(inputs), ...Object.values(outputs)].every(({ dims }) => fitsScreen(dims));
}

/** A line for each group: the number of passed cases, and the failures of the others. */
function groupsText({ cases, caseCount }: Attempt, { colors, width }: TextStyle): string {
  const verdicts = new Set(cases.map(({ verdict }) => verdict));
  if (verdicts.size === 1 && !verdicts.has("accepted") && cases.length === caseCount) {
    return `${colors.bold("Cases")}: 0 of ${caseCount} passed; all fail in the same way.`;
  }
  const groups = group(cases, (result) => result.group);
  const nameWidth = Math.min(Math.max(...[...groups.keys()].map((name) => name.length)), 24);
  const lines = [...groups].map(([name, results]) => {
    const passed = results.filter(({ verdict }) => verdict === "accepted");
    const isRight = passed.length === results.length;
    const mark = isRight ? colors.green("✓") : colors.red("✗");
    const start = `  ${mark} ${cell(printable(name), nameWidth)}  ${cell(`${passed.length} of ${results.length}`, 9)}`;
    const note = isRight ? errorShare(passed) : failureNote(results);
    return wrap(note, width, start, " ".repeat(nameWidth + 15)).trimEnd();
  });
  const right = cases.filter(({ verdict }) => verdict === "accepted").length;
  const heading = `${colors.bold("Cases")}: ${right} of ${caseCount} passed`;
  const unrun = caseCount - cases.length;
  const rest = unrun > 0 ? [`    ${unrun} more ${unrun === 1 ? "was" : "were"} not run.`] : [];
  return [heading, ...lines, ...rest].join("\n");
}

function errorShare(passed: readonly CaseResult[]): string {
  const shares = passed.flatMap(({ largestShare }) => (largestShare === undefined ? [] : [largestShare]));
  if (shares.length === 0) return "";
  const largest = Math.max(...shares);
  return `largest error ${largest >= 0.01 ? `${Math.round(largest * 100)} %` : "under 1 %"} of allowed`;
}

/** `wrong-answer on masked, steep data`: if a group has several kinds of data, those that fail are a hint. */
function failureNote(results: readonly CaseResult[]): string {
  const allKinds = new Set(results.map(({ data }) => data)).size;
  const kindsOf = new Map<string, Set<string>>();
  for (const { verdict, data } of results) {
    if (verdict !== "accepted") kindsOf.set(verdict, (kindsOf.get(verdict) ?? new Set()).add(data));
  }
  const notes = [...kindsOf].map(([verdict, kinds]) => {
    if (allKinds === 1) return verdict;
    return `${verdict} on ${kinds.size === allKinds ? "all kinds of" : [...kinds].join(", ")} data`;
  });
  return printable(notes.join("; "));
}

const LOG_LINES = 20;

function logText(log: string, { colors, width }: TextStyle): string {
  const lines = printableLines(log.trimEnd()).split("\n");
  const shown = lines.slice(0, LOG_LINES).map((line) => wrap(line, width, "  "));
  const rest = lines.length - shown.length;
  const more = rest > 0 ? [colors.dim(`  … ${rest} more lines`)] : [];
  return [colors.bold("Plan function log"), ...shown, ...more].join("\n");
}
