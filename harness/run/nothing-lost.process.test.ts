import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import type { Verdict } from "../results/verdict.ts";
import { readSingle } from "../submission/read.ts";
import { listCases } from "../task/case.ts";
import { JUDGING_SEED, type OpenJudging, openJudging } from "../testing/open-judging.ts";

const cases = listCases(await loadTask("softmax"), JUDGING_SEED);
const of = (shape: Readonly<Record<string, number>>) =>
  cases.filter((one) => JSON.stringify(one.shape) === JSON.stringify(shape));
const shapes = [...new Map(cases.map(({ shape }) => [JSON.stringify(shape), shape])).values()];
const [first, last] = [shapes[0]!, shapes.at(-1)!];
/** A shape with several cases, and others before and after it. */
const middle = shapes.slice(1, -1).find((shape) => of(shape).length > 1)!;

let opened: OpenJudging;
beforeAll(async () => {
  opened = await openJudging();
});
afterAll(() => opened.close());

const RIGHT = `
  var maximum = x[row * COLS];
  for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[row * COLS + c]); }
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) { sum += exp(x[row * COLS + c] - maximum); }
  for (var c = 0u; c < COLS; c++) { y[row * COLS + c] = exp(x[row * COLS + c] - maximum) / sum; }`;

/** What a submission does on one shape only: to its plan before it is returned, or in its kernel. */
interface Oddity {
  readonly plan?: string;
  readonly kernel?: string;
  readonly broken?: string;
}

/** A softmax that is right but for one shape. */
async function grade(shape: Readonly<Record<string, number>>, { plan = "", kernel = "", broken = "" }: Oddity) {
  const file = join(opened.folder, "softmax.js");
  const isOdd = `shape.rows === ${shape.rows} && shape.cols === ${shape.cols}`;
  const code = (statements: string) => `
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    override ROWS: u32;
    override COLS: u32;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      let row = id.x;
      if (row >= ROWS) { return; }
      ${statements}
      ${RIGHT}
    }`;
  await writeFile(
    file,
    `export default function plan({ shape }) {
      const isOdd = ${isOdd};
      const made = {
        passes: [{
          code: isOdd ? ${JSON.stringify(code(kernel + broken))} : ${JSON.stringify(code(""))},
          constants: { ROWS: shape.rows, COLS: shape.cols },
          bindings: ["x", "y"],
          workgroups: [Math.ceil(shape.rows / 64)],
        }],
      };
      if (isOdd) { ${plan} }
      return made;
    }`,
  );
  return opened.judging.judge(await readSingle(file, "softmax"));
}

const THROW = { plan: 'throw new Error("no");' };
const ENDLESS = { kernel: "var i = 0u; while (i < 1u) { y[0] += 1.0; }" };

it.each<[string, Readonly<Record<string, number>>, Oddity, Verdict]>([
  ["is wrong", middle, { kernel: "y[0] = 2.0; if (ROWS > 0u) { return; }" }, "wrong-answer"],
  ["throws first", first, THROW, "plan-error"],
  ["throws in the middle", middle, THROW, "plan-error"],
  ["throws last", last, THROW, "plan-error"],
  ["has no kernel first", first, { broken: "?" }, "compile-error"],
  ["has no kernel in the middle", middle, { broken: "?" }, "compile-error"],
  ["has no kernel last", last, { broken: "?" }, "compile-error"],
  ["asks for too much memory", middle, { plan: "made.scratch = { all: 2 ** 40 };" }, "memory-limit"],
])("judges every case of a submission that %s", async (_, shape, oddity, verdict) => {
  const attempt = await grade(shape, oddity);
  expect(attempt.verdict).toBe(verdict);
  expect(attempt.cases.map(({ index }) => index)).toEqual(cases.map(({ index }) => index));
  const odd = of(shape).map(({ index }) => index);
  expect(attempt.cases.filter((one) => one.verdict !== "accepted").map(({ index }) => index)).toEqual(odd);
  expect(attempt.cases.every((one) => one.verdict === "accepted" || one.verdict === verdict)).toBe(true);
});

it("judges every case of a submission that is right", async () => {
  const attempt = await grade({ rows: 0, cols: 0 }, {});
  expect(attempt.verdict).toBe("accepted");
  expect(attempt.cases).toHaveLength(cases.length);
});

it("keeps what was judged before a kernel that hangs on a second case", async () => {
  const attempt = await grade(middle, ENDLESS);
  const [odd] = of(middle);
  const before = cases.findIndex(({ index }) => index === odd!.index);
  expect(attempt.verdict).toBe("time-limit");
  expect(attempt.cases.map((one) => one.verdict)).toEqual([
    ...Array(before).fill("accepted"),
    ...Array(2).fill("time-limit"),
  ]);
});
