import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addTaskFolder, loadTask } from "../catalog/load.ts";
import { placesIn } from "../catalog/task-places.ts";
import { writeTask } from "../catalog/write-task.ts";
import { definitionChecks, type GoldenFindings } from "./definition-checks.ts";

const TASK = "my-rms-norm";
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kernelmark-verify-"));
  writeTask(TASK, "rms-norm", root);
});

afterEach(() => rmSync(root, { recursive: true }));

/** The checks of the task with a text of its definition replaced. */
async function checksOf(from: string, to: string, golden: GoldenFindings = { files: 0, faults: [] }) {
  const module = join(root, TASK, "task.ts");
  const text = readFileSync(module, "utf8");
  expect(text).toContain(from);
  writeFileSync(module, text.replace(from, to));
  await addTaskFolder(root, "--tasks");
  return definitionChecks(await loadTask(TASK), "a seed", golden, placesIn(join(root, TASK)).fault);
}

const failed = async (from: string, to: string) => (await checksOf(from, to)).filter(({ state }) => state === "failed");

test("a whole task passes all of them", async () => {
  const states = (await checksOf("RMS", "RMS", { files: 2, faults: [] })).map(({ state }) => state);
  expect(states).toEqual(Array(6).fill("passed"));
});

test.each([
  ["an empty statement", 'title: "RMS normalisation"', 'title: ""', /interface/, /task\.ts:\d+: its title is empty$/],
  [
    "a reference that gives NaN in the range",
    "sum(square(x))",
    "sum(mul(square(x), -1))",
    /finite/,
    /task\.ts:\d+: .*the oracle's .* not finite/,
  ],
  ["a range whose end overflows", "range: [-1000, 1000]", "range: [-3e38, 3e38]", /finite/, /not finite/],
  [
    "a range that cases leave",
    "range: [-4, 4]",
    "range: [0, 4e39]",
    /finite/,
    /task\.ts:\d+: .*gamma contains infinities or NaNs/,
  ],
  ["a vacuous bound", "sum(square(x))", "sum(square(x), 1e6)", /narrow/, /the error bound of y is .* % of its values/],
  [
    "outputs that a copy matches",
    "mul(mul(x, rsqrt(add(div(sum(square(x)), cols), eps))), gamma)",
    "mul(x, 1)",
    /trivial/,
    /task\.ts:\d+: .*a copy of the input x would pass/,
  ],
  [
    "outputs that are all zeros",
    "mul(mul(x, rsqrt(add(div(sum(square(x)), cols), eps))), gamma)",
    "mul(x, 0)",
    /trivial/,
    /task\.ts:\d+: .*zeros would pass as all of y/,
  ],
])("%s fails, with the place and the fix", async (_, from, to, about, problem) => {
  const [check] = await failed(from, to);
  expect(check).toMatchObject({ about: expect.stringMatching(about), fix: expect.stringMatching(/\.$/) });
  expect(check!.problems.join("\n")).toMatch(problem);
});

test("golden values that the reference misses fail", async () => {
  const faults = ["golden/0.json: `outputs.y[0]` is 1, and the oracle finds 2."];
  const golden = (await checksOf("RMS", "RMS", { files: 1, faults })).at(-1);
  expect(golden).toMatchObject({ state: "failed", problems: faults });
});
