import { GENERATED } from "../../plan/locate.ts";
import type { PathProblem } from "../../pull-request/one-candidate.ts";
import type { PullRequestOutcome } from "../../pull-request/outcome.ts";
import type { Attempt } from "../../results/attempt.ts";
import { VERDICTS, type Verdict } from "../../results/verdict.ts";
import { describeCase } from "../../task/case.ts";
import { capital } from "../../text/capital.ts";
import { printable, printableLines, shorten } from "../../text/printable.ts";
import { alsoFailing, headlineCase } from "../headline.ts";
import { nextStep } from "../terminal/next-step.ts";
import { verdictWords } from "../terminal/verdict-words.ts";

/** A message that GitHub shows at a line of a changed file. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly place: AnnotationPlace | null;
  readonly title: string;
  /** May have several lines. */
  readonly message: string;
}

export interface AnnotationPlace {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** GitHub shows at most this many of each level for a step, and silently drops the others. */
const SHOWN_OF_A_LEVEL = 10;
/** GitHub accepts 64 KiB, but next to code only a few lines are readable. */
const MESSAGE_CHARS = 2_000;
const TITLE_CHARS = 100;

/** The annotations of a pull request, the worst first. */
export function pullRequestAnnotations(outcome: PullRequestOutcome): Annotation[] {
  if (outcome.state === "refused") {
    return outcome.problems.map((problem) => problemAnnotation(problem, "Pull request refused"));
  }
  const badness = (verdict: Verdict) => VERDICTS.indexOf(verdict);
  const worstFirst = outcome.results.attempts.toSorted((a, b) => badness(b.verdict) - badness(a.verdict));
  return [
    ...outcome.problems.map((problem) => problemAnnotation(problem, "Not graded")),
    ...worstFirst.map((attempt) => attemptAnnotation(attempt, outcome.submissions)),
    ...outcome.remarks.map((message): Annotation => ({ level: "warning", place: null, title: "Kernelmark", message })),
  ];
}

/**
 * Lines that GitHub Actions understands as annotations: at most ten of each level, in the order given.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotationLines(annotations: readonly Annotation[]): string[] {
  const shown = { error: 0, warning: 0, notice: 0 };
  return annotations.filter(({ level }) => shown[level]++ < SHOWN_OF_A_LEVEL).map(annotationLine);
}

/** `::error file=submissions/alice/softmax.wgsl,line=26,col=12,title=softmax%3A compile-error::…` */
function annotationLine({ level, place, title, message }: Annotation): string {
  const where = place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`];
  const properties = [...where, `title=${property(shorten(printable(title), TITLE_CHARS))}`];
  return `::${level} ${properties.join(",")}::${data(shorten(printableLines(message), MESSAGE_CHARS))}`;
}

/** The inverse of the runner's decoding: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/**
 * Keeps the runner from executing commands in a text, which contains candidates' names, sources and messages.
 *
 * @param token unguessable
 */
export function withoutCommands(text: string, token: string): string {
  return `::stop-commands::${token}\n${text}\n::${token}::`;
}

function problemAnnotation({ path, reason }: PathProblem, title: string): Annotation {
  const place = path === "" ? null : { file: path, line: 1, column: 1 };
  return { level: "error", place, title, message: reason };
}

function attemptAnnotation(attempt: Attempt, submissions: string): Annotation {
  const { verdict, task, message, mistake } = attempt;
  const title = `${task}: ${verdict}`;
  const place = attemptPlace(attempt, submissions);
  if (verdict === "accepted") return { level: "notice", place, title, message: `${capital(verdictWords.accepted)}.` };
  const parts = [
    message,
    ...(mistake === null ? [] : [`Likely cause: ${mistake.about}. ${mistake.hint}`]),
    ...caseParts(attempt),
    `Next step: ${nextStep(attempt)}`,
  ];
  return { level: verdict === "unsupported" ? "warning" : "error", place, title, message: parts.join("\n\n") };
}

function caseParts(attempt: Attempt): string[] {
  const failing = headlineCase(attempt);
  if (failing === undefined) return [];
  const also = alsoFailing(attempt, ({ group }) => group);
  return [`First failing case: ${describeCase(failing)} data (${failing.group}). ${also}`.trimEnd()];
}

/** The place of the evidence in the candidate's own files; the beginning of the module if it has none. */
export function attemptPlace(attempt: Attempt, submissions: string): AnnotationPlace {
  const { candidate, file, evidence } = attempt;
  const folder = `${submissions}/${candidate}`;
  const telling = headlineCase(attempt)?.evidence ?? evidence;
  if (telling?.kind === "source" && telling.file !== GENERATED) {
    return { file: `${folder}/${telling.file}`, line: telling.line, column: telling.column };
  }
  return { file: `${folder}/${file}`, line: 1, column: 1 };
}
