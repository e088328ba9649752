import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createColors } from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { groupCases } from "../marks/case-groups.ts";
import type { PullRequestOutcome } from "../pull-request/outcome.ts";
import { defaultAssignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { WrongElements } from "../results/evidence.ts";
import type { Results } from "../results/results.ts";
import { readSingle } from "../submission/read.ts";
import { describeCase, listCases } from "../task/case.ts";
import { madeUpRun } from "../testing/made-up-run.ts";
import { JUDGING_SEED, type OpenJudging, openJudging } from "../testing/open-judging.ts";
import { pullRequestAnnotations } from "./ci/annotations.ts";
import { jobSummary } from "./ci/job-summary.ts";
import { alsoFailing } from "./headline.ts";
import { markRun } from "./mark-run.ts";
import { attemptText } from "./terminal/attempt-text.ts";
import { writeReports } from "./write-reports.ts";

/** Softmax with a mistake that depends on the shape: its results are multiplied by `factor`. */
const kernel = (factor: string, statements = "") => `
  override ROWS: u32; override COLS: u32;
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= ROWS) { return; }
    let start = id.x * COLS;
    var largest = x[start];
    for (var c = 1u; c < COLS; c++) { largest = max(largest, x[start + c]); }
    ${statements}
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - largest); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = ${factor} * exp(x[start + c] - largest) / sum; }
  }`;
const FIVEFOLD = "select(1.0, 5.0, ROWS == 2u)";
const ENDLESS = "for (var i = 0u; ROWS == 7u && i < 1u; ) { y[start] += 1.0; }";
const HUGE_SCRATCH = "shape.rows > 65_000 ? { room: 1 << 30 } : {}";

const SUBMISSIONS: Readonly<Record<string, { code: string; scratch?: string }>> = {
  "endless-later": { code: kernel(FIVEFOLD, ENDLESS) },
  "memory-later": { code: kernel(FIVEFOLD), scratch: HUGE_SCRATCH },
  "imprecise-first": { code: kernel("select(select(1.0, 5.0, ROWS > 65000u), 1.0003, COLS == 8209u)") },
  "two-mistakes": { code: kernel(FIVEFOLD, "if (ROWS == 7u) { largest = 0.0; }") },
};

describe("the first failing case is the headline", () => {
  let opened: OpenJudging;
  let results: Results;
  let out: string;
  beforeAll(async () => {
    opened = await openJudging();
    const attempts: Attempt[] = [];
    for (const [candidate, { code, scratch = "{}" }] of Object.entries(SUBMISSIONS)) {
      const own = join(opened.folder, candidate);
      mkdirSync(own);
      const pass = `{ code: ${JSON.stringify(code)}, constants: { ROWS: shape.rows, COLS: shape.cols }, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }`;
      const plan = `({ shape }) => ({ scratch: ${scratch}, passes: [${pass}] })`;
      writeFileSync(join(own, "softmax.js"), `export default ${plan};`);
      attempts.push(await opened.judging.judge(await readSingle(join(own, "softmax.js"), "softmax")));
    }
    const caseGroups = { softmax: Object.fromEntries(groupCases(listCases(await loadTask("softmax"), JUDGING_SEED))) };
    results = madeUpRun(attempts, { assignment: defaultAssignment(["softmax"]), caseGroups });
    out = join(opened.folder, "run");
    mkdirSync(out);
    await writeReports(markRun(results), out);
  });
  afterAll(() => opened.close());
  const attemptOf = (candidate: string) => results.attempts.find((one) => one.candidate === candidate)!;

  it.each([
    ["endless-later", "wrong-answer", "time-limit on 2 cases (odd sizes)"],
    ["memory-later", "wrong-answer", "memory-limit on 1 case (many rows)"],
    ["imprecise-first", "imprecise", "wrong-answer on 1 case (many rows)"],
    ["two-mistakes", "wrong-answer", /wrong-answer on \d cases? \(odd sizes/],
  ])("%s: %s", (candidate, verdict, also) => {
    const attempt = attemptOf(candidate);
    const failing = attempt.cases.find((one) => one.verdict !== "accepted");
    expect(failing).toMatchObject({ verdict, shape: { rows: verdict === "imprecise" ? 5 : 2 } });
    expect(attempt).toMatchObject({ verdict, mistake: null, evidence: failing!.evidence });
    expect(attempt.message.endsWith(failing!.message)).toBe(true);
    expect(attempt.message).toMatch(
      verdict === "imprecise" ? /^`y` is accurate to about 3 / : /it is 5 times |^Likely cause: /,
    );
    expect(attempt.mistake).toBeNull();
    const sentence = alsoFailing(attempt, ({ group }) => group);
    expect(sentence).toMatch(also);

    const outcome: PullRequestOutcome = {
      ...{ state: "graded", candidate, submissions: "submissions", problems: [], remarks: [], unchanged: [] },
      ...{ results: { ...results, attempts: [attempt] }, marks: { isIndicative: false, candidates: [] } },
      // The headline reads no other field.
    } as unknown as PullRequestOutcome;
    const texts = {
      terminal: attemptText(attempt, { colors: createColors(false), width: 200 }),
      feedback: withoutEscapes(readFileSync(join(out, "feedback", `${candidate}.md`), "utf8")),
      annotation: pullRequestAnnotations(outcome)[0]!.message,
      summary: withoutReferences(jobSummary(outcome)),
      junit: withoutReferences(readFileSync(join(out, "junit.xml"), "utf8")),
    };
    for (const [report, text] of Object.entries(texts)) {
      expect(text, report).toContain(`First failing case: ${describeCase(failing!)} data (${failing!.group})`);
      const isShowingOthers = report !== "terminal" && report !== "junit";
      if (isShowingOthers) expect(text, report).toContain(sentence);
    }
    const picture = (failing!.evidence as Partial<WrongElements>).picture ?? [];
    for (const report of ["terminal", "feedback", "summary"] as const) {
      for (const line of picture) expect(texts[report], report).toContain(line);
    }
  });
});

/** Removes Markdown's escapes. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}

function withoutReferences(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));
}
