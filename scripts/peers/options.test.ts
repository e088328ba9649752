import { expect, test } from "vitest";
import { parsePeerArguments } from "./options.ts";

const KNOWN = ["softmax", "matmul"];
const parse = (text: string) => parsePeerArguments(text.split(" ").filter(Boolean), KNOWN);

test("without options, all tasks and shapes are measured, in three runs", () => {
  const measure = { tasks: KNOWN, shape: undefined, seconds: 10, runs: 3, out: undefined };
  expect(parse("")).toEqual({ measure });
});

test("options narrow the work", () => {
  const measure = { tasks: ["matmul"], shape: "m=8,n=8,k=8", seconds: 0.5, runs: 1, out: "a.json" };
  expect(parse("--task matmul --shape m=8,n=8,k=8 --seconds 0.5 --runs 1 --out a.json")).toEqual({ measure });
});

test("--page takes files", () => {
  expect(parse("--page a.json b.json")).toEqual({ page: ["a.json", "b.json"] });
});

test.each([
  ["--task dropout", 'No peer has an expression for the task "dropout"'],
  ["softmax", '"softmax" is not an option'],
  ["--seconds 0", '--seconds must be above 0, got "0"'],
  ["--runs 1.5", '--runs must be a positive integer, got "1.5"'],
  ["--page", "--page names no file"],
])("%s is refused", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});
