import { join } from "node:path";
import { group } from "d3-array";
import { createColors } from "picocolors";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { Results } from "../../results/results.ts";
import type { Report } from "../report.ts";
import { attemptText } from "../terminal/attempt-text.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

const FILE = "junit.xml";
const STYLE = { colors: createColors(false), width: 100 };

/** The verdicts for CI viewers: a suite for each task, in it a test for each candidate. */
export const junitXml: Report = {
  name: "junit",
  about: "junit.xml, the verdicts for CI viewers",
  isByCandidate: false,
  async write({ results }, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, formatJunit(results));
    return [path];
  },
};

/**
 * The format of Jenkins' JUnit plugin and its kin (jenkins-junit.xsd), with `file` and `line` on each test, which the
 * schema lacks, but GitLab and others show. Times are in seconds.
 *
 * @param submissions the folder of the candidates' folders: a prefix for the names of files
 */
export function formatJunit({ run, attempts }: Pick<Results, "run" | "attempts">, submissions = ""): string {
  const ofTasks = [...group(attempts, ({ task }) => task)];
  const suites = ofTasks.sort(([a], [b]) => (a < b ? -1 : 1)).map(([task, own]) => suite(task, own, submissions));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xmlAttribute(run)}" ${counts(attempts)}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(task: string, attempts: readonly Attempt[], submissions: string): string {
  const skipped = attempts.filter((attempt) => outcomeOf(attempt) === "skipped").length;
  const started = attempts.map(({ startedAt }) => startedAt).sort()[0]!;
  return [
    `  <testsuite name="${xmlAttribute(task)}" ${counts(attempts)} skipped="${skipped}" timestamp="${xmlAttribute(started.slice(0, 19))}">`,
    ...attempts.map((attempt) => testCase(attempt, submissions)),
    "  </testsuite>",
  ].join("\n");
}

function testCase(attempt: Attempt, submissions: string): string {
  const { candidate, task, message, verdict } = attempt;
  const { file, line } = placeOf(attempt, submissions);
  const attributes = [
    `name="${xmlAttribute(candidate)}"`,
    `classname="${xmlAttribute(task)}"`,
    ...(file === undefined ? [] : [`file="${xmlAttribute(file)}"`]),
    ...(line === undefined ? [] : [`line="${line}"`]),
    `time="${seconds([attempt])}"`,
  ].join(" ");
  const outcome = outcomeOf(attempt);
  if (outcome === "passed") return `    <testcase ${attributes}/>`;
  const inner =
    outcome === "skipped"
      ? `<skipped>${xmlText(message)}</skipped>`
      : `<${outcome} type="${verdict}" message="${xmlAttribute(message)}">${xmlText(attemptText(attempt, STYLE))}</${outcome}>`;
  return `    <testcase ${attributes}>\n      ${inner}\n    </testcase>`;
}

/** An internal error is JUnit's error, not a failed test. An unsupported submission was not tested. */
function outcomeOf({ verdict }: Attempt): "passed" | "failure" | "error" | "skipped" {
  if (verdict === "accepted") return "passed";
  if (verdict === "harness-error") return "error";
  return verdict === "unsupported" ? "skipped" : "failure";
}

function placeOf({ candidate, file, evidence }: Attempt, submissions: string): { file?: string; line?: number } {
  if (file === "") return {};
  const path = (name: string) => [submissions, candidate, name].filter((part) => part !== "").join("/");
  // Code that the plan generated is in no file.
  if (evidence?.kind !== "source" || evidence.file.startsWith("<")) return { file: path(file) };
  return { file: path(evidence.file), line: evidence.line };
}

function counts(attempts: readonly Attempt[]): string {
  const number = (outcome: string) => attempts.filter((attempt) => outcomeOf(attempt) === outcome).length;
  return `tests="${attempts.length}" failures="${number("failure")}" errors="${number("error")}" time="${seconds(attempts)}"`;
}

function seconds(attempts: readonly Attempt[]): string {
  return (attempts.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3);
}
