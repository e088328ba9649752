import { createColors } from "picocolors";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { Attempt } from "../../results/attempt.ts";
import type { CaseResult } from "../../results/case-result.ts";
import type { Evidence, WrongElements } from "../../results/evidence.ts";
import { VERDICTS, type Verdict } from "../../results/verdict.ts";
import { madeUpAttempt } from "../../testing/made-up-run.ts";
import { attemptText } from "./attempt-text.ts";

const plain = { colors: createColors(false), width: 80 };

const WRONG: WrongElements = {
  kind: "wrong-elements",
  output: "y",
  first: { index: [0, 3], expected: 0.25, got: 0.5, bound: 1.2e-7 },
  worst: { index: [1, 4], expected: 0.125, got: "NaN", bound: 1e-7 },
  wrongCount: 4,
  neverWrittenCount: 0,
  judgedCount: 10,
  elementCount: 10,
  picture: ["···#+", "···##"],
};

function result(index: number, changes: Partial<CaseResult> = {}): CaseResult {
  return {
    index,
    shape: { rows: 2, cols: 5 },
    params: {},
    data: "plain",
    group: "tiny",
    verdict: "accepted",
    message: "Right.",
    evidence: null,
    remarks: [],
    largestShare: 0.25,
    ...changes,
  };
}

const attempt = (verdict: Verdict, changes: Partial<Attempt> = {}) =>
  madeUpAttempt("ada", "softmax", verdict, { cases: [], caseCount: 3, ...changes });

function failing(verdict: Verdict, evidence: Evidence | null, changes: Partial<Attempt> = {}): Attempt {
  const cases = [
    result(0),
    result(1, { group: "odd sizes" }),
    result(2, { group: "odd sizes", data: "steep", verdict, evidence, message: "What happened." }),
  ];
  return attempt(verdict, { cases, evidence, ...changes });
}

describe("the text of an attempt", () => {
  test("that is accepted", () => {
    const text = attemptText(attempt("accepted", { cases: [result(0), result(1), result(2)] }), plain);
    expect(text).toBe(`softmax: accepted, all cases pass

What happened.

Cases: 3 of 3 passed
  ✓ tiny  3 of 3   largest error 25 % of allowed

Next step: make it faster; \`kernelmark hint softmax\` says how.`);
  });

  test("that has wrong elements", () => {
    expect(
      attemptText(failing("wrong-answer", WRONG), plain),
    ).toBe(`softmax: wrong-answer, some output elements are wrong

What happened.

Cases: 2 of 3 passed
  ✓ tiny       1 of 1   largest error 25 % of allowed
  ✗ odd sizes  1 of 2   wrong-answer on steep data

First failing case: rows=2 cols=5, steep data (odd sizes)

         element  expected  got  off by  allowed
  first  y[0,3]   0.25      0.5  0.25    1.2e-7
  worst  y[1,4]   0.125     NaN  -       1e-7
  Wrong in \`y\`: 4 of 10 elements.

Where \`y\` is wrong
    ···#+
    ···##
  # wrong, · correct; last axis across, others down.

Next step: find the source of infinity or NaN: an overflow of exp, a division by
  zero, or inf - inf.`);
  });

  test("whose mistake is known", () => {
    const mistake = { name: "m", about: "the row's maximum is not subtracted", hint: "Subtract it first." };
    const text = attemptText(failing("wrong-answer", { ...WRONG, mistake }, { mistake }), plain);
    expect(text).toContain("Likely cause\n  The row's maximum is not subtracted.\n  Subtract it first.\n");
    expect(text).toContain("Next step: fix the likely cause and check again.");
  });

  test("that leaves elements unwritten", () => {
    const text = attemptText(failing("wrong-answer", { ...WRONG, neverWrittenCount: 3 }), plain);
    expect(text).toContain("  Never written: 3 of these.");
    expect(text).toContain("Next step: make sure every element is written");
  });

  test("with only some elements checked", () => {
    const text = attemptText(failing("wrong-answer", { ...WRONG, elementCount: 1000 }), plain);
    expect(text).toContain("4 of 10 checked, of 1000 elements.");
    expect(text).toContain("One character for several elements: # all wrong, + some wrong");
  });

  test("that is imprecise", () => {
    const text = attemptText(
      failing("imprecise", { kind: "lost-precision", output: "y", ratio: 646.32, limit: 32 }),
      plain,
    );
    expect(text).toContain("  The errors in `y` are 646 times as large");
    expect(text).toContain("the limit is 32 times");
    expect(text).toContain("Next step: compute in f32 throughout");
  });

  test("that was stopped", () => {
    const limit = failing("time-limit", { kind: "limit", what: "The kernel", limitMs: 4000 }, { caseCount: 9 });
    const text = attemptText(limit, plain);
    expect(text).toContain("  ✗ odd sizes  1 of 2   time-limit on steep data\n    6 more were not run.");
    expect(text).toContain("  The kernel was stopped after 4 s.");
  });

  test("that does not compile", () => {
    const frame = "  1 | let a = 1;\n> 2 | let b = wieght;\n    |         ^^^^^^";
    const source = { kind: "source", file: "softmax.wgsl", line: 2, column: 9, frame } as const;
    const text = attemptText(attempt("compile-error", { evidence: source, message: "unresolved `wieght`" }), plain);
    expect(text).toContain(`\n\nsoftmax.wgsl:2:9: unresolved \`wieght\`\n${frame}`);
    expect(text.match(/unresolved/g)).toHaveLength(1);
    const long = attempt("compile-error", {
      evidence: source,
      message: `${"unresolved ".repeat(9)}\nDid you mean it?`,
    });
    const lines = attemptText(long, plain).split("\n");
    expect(lines[2]).toMatch(/^softmax\.wgsl:2:9: (unresolved )+unreso…$/);
    expect(lines.slice(3, 6).map((line) => line.slice(0, 14))).toEqual([
      "  unresolved u",
      "  unresolved u",
      "  Did you mean",
    ]);
    expect(text).toContain("Next step: fix the error shown above first");
    expect(text).not.toContain("Cases");
  });

  test("that fails in the same way everywhere", () => {
    const cases = [0, 1, 2].map((index) => result(index, { verdict: "plan-error" }));
    expect(attemptText(attempt("plan-error", { cases }), plain)).toContain(
      "Cases: 0 of 3 passed; all fail in the same way.",
    );
  });

  test("with the plan function's log, and warnings", () => {
    const log = Array.from({ length: 25 }, (_, line) => `line ${line}`).join("\n");
    const text = attemptText(attempt("accepted", { log, remarks: ["Results differ in their last bits."] }), plain);
    expect(text).toContain("Plan function log\n  line 0\n");
    expect(text).toContain("  line 19\n  … 5 more lines");
    expect(text).toContain("Warnings\n  - Results differ in their last bits.");
  });

  test.each(VERDICTS)("ends with the next step: %s", (verdict) => {
    const text = attemptText(attempt(verdict), plain);
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(text.startsWith(`softmax: ${verdict}, `)).toBe(true);
    expect(text).toMatch(/\n\nNext step: \S/);
  });
});

describe("the text", () => {
  test("fits 80 columns", () => {
    const long = `${"a long message about a lot of things ".repeat(8)}end`;
    const evidence = { ...WRONG, first: { ...WRONG.first, index: [100000, 200000, 300000, 400000] } };
    const changes = { message: long, log: long, remarks: [long], mistake: { name: "m", about: long, hint: long } };
    const text = attemptText(failing("wrong-answer", evidence, changes), plain);
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test("differs with colours only in the colours", () => {
    const one = failing("wrong-answer", WRONG);
    const colored = attemptText(one, { ...plain, colors: createColors(true) });
    expect(colored).toContain("\u001b[31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes contain them
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(attemptText(one, plain));
  });

  test("escapes control characters of a candidate", () => {
    const nasty = "\u001b[31m red \u202e reversed \u0007";
    const source = { kind: "source", file: nasty, line: 1, column: 1, frame: `> 1 | ${nasty}` } as const;
    const changes = { message: nasty, log: nasty, remarks: [nasty], evidence: source };
    const text = attemptText(attempt("compile-error", changes), plain);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain("\\u{1b}[31m red");
  });
});
