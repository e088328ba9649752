import { join } from "node:path";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { textWidth } from "../../cli/output.ts";
import { packageRoot } from "../../files/package-root.ts";
import { exampleRun, HOSTILE } from "../../testing/example-run.ts";
import { attemptText } from "./attempt-text.ts";

// The output of `check`, for review: each file is the output on a terminal, with escapes for colours.
const { attempts } = exampleRun();
const find = (candidate: string, task: string) =>
  attempts.find((one) => one.candidate === candidate && one.task === task)!;
const examples = {
  accepted: find("ada", "softmax"),
  "wrong-answer": find("ada", "attention"),
  "compile-error": find(HOSTILE, "softmax"),
};

describe.each(Object.entries(examples))("an attempt that is %s", (name, attempt) => {
  test.each([
    [80, false],
    [80, true],
    [120, false],
    [120, true],
  ])("at %i columns, colours: %s", async (columns, hasColors) => {
    const text = attemptText(attempt, { colors: createColors(hasColors), width: textWidth(columns) });
    const file = `check-${name}.${columns}${hasColors ? ".colours" : ""}.txt`;
    await expect(`${text}\n`).toMatchFileSnapshot(join(packageRoot(), "harness", "report", "example", file));
  });
});
