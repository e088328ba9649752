import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import softmax from "../../kernels/softmax/softmax/task.ts";
import { loadTask } from "../catalog/load.ts";
import { listCases } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { chooseCases } from "./choose-cases.ts";

const task = softmax as unknown as Task;
const chosen = async (shape?: string, data?: string) => {
  const { only = () => false } = (await chooseCases(task, "choice", { shape, data }))!;
  return listCases(task, "choice").filter(only);
};

it("chooses cases by some or all of their sizes, by their data, or by both", async () => {
  const wide = await chosen("cols=13");
  expect(wide.length).toBeGreaterThan(1);
  expect(wide.every(({ shape }) => shape.cols === 13)).toBe(true);
  expect(new Set((await chosen(undefined, "steep")).map(({ data }) => data))).toEqual(new Set(["steep"]));
  const both = await chosen(" rows = 7, cols = 13 ", "steep");
  expect(both).toMatchObject([{ shape: { rows: 7, cols: 13 }, data: "steep" }]);
});

it.each([
  ["cols", undefined, 'Error: --shape has "cols".', "rows=4,cols=3"],
  ["cosl=3", undefined, 'softmax has no size or param "cosl". Did you mean "cols"?', "It has rows, cols."],
  [undefined, "step", 'softmax has no data "step". Did you mean "steep"?', "Its kinds of data are plain, "],
  ["rows=4", undefined, "No case of softmax has rows=4.", "Its cases have rows=1,cols=1; rows=2,cols=3; "],
  ["rows=1", "steep", "No case of softmax has rows=1 and steep data.", "Its cases have rows="],
])("refuses %s and %s data", async (shape, data, fact, fix) => {
  const error = await chosen(shape, data).catch((one) => one);
  expect(String(error)).toContain(fact);
  expect(error.hint).toContain(fix);
});

it.each([
  ["rows=7 cols=13, offset", "offset"],
  ["rows=7 cols=13, offset data (odd sizes)", "offset"],
  ["ROWS=7, cols=13 steep", "steep"],
])("finds the case named %s", async (name, data) => {
  const { only } = (await chooseCases(task, "choice", { name }))!;
  expect(listCases(task, "choice").filter(only!)).toMatchObject([{ shape: { rows: 7, cols: 13 }, data }]);
});

it("suggests names for a case that there is not", async () => {
  const error = await chooseCases(task, "choice", { name: "rows=7 cols=14, plain" }).catch((one) => one);
  expect(error.message).toBe('softmax has no case "rows=7 cols=14, plain" under this seed.');
  expect(error.hint).toContain('--case "rows=7 cols=13, plain"');
});

it("makes a case of a shape that the task does not list", async () => {
  const { given, only } = (await chooseCases(task, "choice", { shape: "cols=6,rows=5", data: "steep" }))!;
  expect(only).toBeUndefined();
  expect(given).toEqual({ shape: { rows: 5, cols: 6 }, params: {}, data: "steep" });
});

const attention = (await loadTask("attention")) as Task;

it("takes a shape's params from the first measured shape, and checks the constraints", async () => {
  const sizes = attention.spec.measures[0]!.shape;
  const own = Object.keys(sizes).map((name, at) => `${name}=${at + 3}`);
  const { given } = (await chooseCases(attention, "choice", { shape: own.join() }))!;
  expect(given!.params).toEqual(attention.spec.measures[0]!.params);
  const broken = await chooseCases(attention, "choice", {
    shape: `${own.join().replace(/keys=\d+/, "keys=1")},causal=1`,
  }).catch((one) => one);
  expect(broken.message).toContain("With `causal = 1`, `keys` is at least `queries`");
  expect(broken.hint).toBe("See the constraints: kernelmark tasks attention");
});

it.each([
  ["rows=0,cols=3", "--shape: rows must be a positive integer, got 0."],
  ["rows=100000,cols=100000", "This shape takes 76294 MiB"],
])("refuses the shape %s", async (shape, message) => {
  await expect(chooseCases(task, "choice", { shape })).rejects.toThrow(message);
});

it("refuses two ways to name a case", async () => {
  const both = chooseCases(task, "choice", { name: "rows=1 cols=1, plain", data: "steep" });
  await expect(both).rejects.toThrow("--case and --shape and --data each name a case.");
});

it("reads inputs of one's own, and warns if they are outside of a declared range", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const input = join(folder, "case.json");
  const write = (content: object) => writeFile(input, JSON.stringify(content));
  await write({ shape: { rows: 1, cols: 2 }, inputs: { x: [0, 1] } });
  expect(await chooseCases(task, "choice", { input })).toEqual({
    given: { shape: { rows: 1, cols: 2 }, params: {}, inputs: { x: Float32Array.of(0, 1) }, data: "given" },
    warnings: [],
  });
  await write({ shape: { rows: 1, cols: 2 }, inputs: { x: [0, 1e6] } });
  const { warnings } = (await chooseCases(task, "choice", { name: input }))!;
  expect(warnings[0]).toMatch(/got 1000000, but the task promises -?\d+ to \d+\. A correct kernel may fail/);
  await write({ task: "attention", shape: {}, inputs: {} });
  await expect(chooseCases(task, "choice", { input })).rejects.toThrow(
    "this is a case of attention, but the submission is for softmax.",
  );
});
