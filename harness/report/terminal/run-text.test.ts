import { createColors } from "picocolors";
import { expect, it } from "vitest";
import { marksOf } from "../../marks/results-marks.ts";
import { madeUpAttempt, madeUpPerson, madeUpRun } from "../../testing/made-up-run.ts";
import { cellsOf } from "../../text/cells.ts";
import { summary } from "./run-text.ts";

const style = { colors: createColors(false), width: 80 };
const runOf = (people: number) =>
  madeUpRun(
    Array.from({ length: people }, (_, at) => [
      madeUpAttempt(`c${at}`, "softmax", "accepted"),
      madeUpAttempt(`c${at}`, "attention", at === 1 ? "unsupported" : "wrong-answer"),
    ]).flat(),
    { roster: [madeUpPerson("c0", { name: "Ada Lovelace", section: "B" })] },
  );

it("shows each submission of a small run", () => {
  const run = runOf(3);
  const text = summary(run, marksOf(run), [], style);
  expect(text).toMatch(/^task +candidate +verdict +points\n/);
  expect(text.match(/^(softmax|attention) /gm)).toHaveLength(6);
});

it("shows each candidate's total in a large run", () => {
  const run = runOf(251);
  const lines = summary(run, marksOf(run), [], style).split("\n");
  expect(lines[0]).toMatch(/^candidate +full points +total$/);
  const [first, second] = [lines.find((line) => line.startsWith("Ada")), lines.find((line) => line.startsWith("c1 "))];
  expect(first).toMatch(/^Ada Lovelace \(c0\), B +1 of 2 +\d+(\.\d+)? of \d+$/);
  expect(second).toMatch(/ 1 of 2 +\d+(\.\d+)? \+ held$/);
  expect(lines.filter((line) => / of 2 /.test(line))).toHaveLength(251);
  for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(80);
});
