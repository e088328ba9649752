import { afterAll, beforeAll, expect, test } from "vitest";
import task from "../../kernels/layers/rms-norm/task.ts";
import type { PlanFunction } from "../task/plan.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

const CODE = `
override ROWS: u32;
override COLS: u32;
override EPS: f32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> part: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let start = row * COLS;
  var squares = 0.0;
  for (var c = lane; c < COLS; c += 64u) {
    squares += x[start + c] * x[start + c];
  }
  part[lane] = squares;
  workgroupBarrier();
  for (var width = 32u; width > 0u; width /= 2u) {
    if (lane < width) {
      part[lane] += part[lane + width];
    }
    workgroupBarrier();
  }
  let scale = inverseSqrt(part[0] / f32(COLS) + EPS);
  for (var c = lane; c < COLS; c += 64u) {
    y[start + c] = x[start + c] * scale * gamma[c];
  }
}`;

type Judge = LocalJudge<"rows" | "cols", "eps">;
let judge: Judge;
beforeAll(async () => {
  const isSmall = ({ shape }: { shape: Readonly<Record<string, number>> }) => shape.rows! <= 16 && shape.cols! <= 130;
  judge = (await LocalJudge.open(task, { seed: "repairs", only: isSmall })) as Judge;
});
afterAll(() => judge.close());

function edited(from: string, to: string, constant = "cols"): PlanFunction<"rows" | "cols", "eps"> {
  expect(CODE.split(from).length).toBeGreaterThan(1);
  const code = CODE.replace(from, to);
  return ({ shape, params: { eps } }) => ({
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape[constant as "cols"], EPS: eps },
        bindings: ["x", "gamma", "y"],
        workgroups: [shape.rows],
      },
    ],
  });
}

const lineOf = (text: string) => CODE.slice(0, CODE.indexOf(text)).split("\n").length;
const diagnosed = (plan: PlanFunction<"rows" | "cols", "eps">) => judge.judge(plan, { triesRepairs: true });

test.each([
  [
    "a barrier",
    "part[lane] = squares;\n  workgroupBarrier();",
    "part[lane] = squares;",
    /missing after `part\[lane\] = squares/,
    "part[lane] = squares",
  ],
  ["all lanes of the tree", "width = 32u", "width = 8u", /^$/, ""],
  ["half of the tree", "width = 32u", "width = 16u", /only some of the lanes.*`16u` should be `32u`/, "width = 32u"],
  ["another row of gamma", "gamma[c]", "gamma[row]", /`row` should be `c`/, "gamma[c]"],
  ["a number too much", "+ EPS)", "+ EPS + 0.5)", /`\+ 0\.5` does not belong/, "+ EPS)"],
])("%s: the change that makes the failing cases pass, and its line", async (_, from, to, cause, line) => {
  const { verdict, findings } = await diagnosed(edited(from, to));
  expect(verdict).toBe("wrong-answer");
  const repair = findings.find(({ kind }) => kind === "repair");
  if (line === "") return expect(repair).toBeUndefined();
  expect(repair?.sentence).toMatch(cause);
  expect(repair?.place?.line).toBe(lineOf(line));
});

test("a wrong constant of the plan", async () => {
  const { findings } = await diagnosed(edited("part[0]", "part[0]", "rows"));
  expect(findings[0]?.sentence).toMatch(/constant `COLS` a wrong value: it should be `shape\.cols`/);
});

test("a correct kernel is not changed", async () => {
  expect(await diagnosed(edited("part[0]", "part[0]"))).toMatchObject({ verdict: "accepted", findings: [] });
});
