import { expect, it } from "vitest";
import layerNorm from "../../kernels/layers/layer-norm/task.ts";
import rmsNorm from "../../kernels/layers/rms-norm/task.ts";
import { onDeviceKind } from "../task/by-device-kind.ts";
import { guaranteedLimits } from "../task/limits.ts";
import type { PlanContext } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { unseenRoundings } from "./f16-variants.ts";
import { generatedVariants } from "./generated-variants.ts";

const task = rmsNorm as unknown as Task;
const { honest, imprecise, wrong, limited } = generatedVariants(task);

function contextOf({ rows, cols }: { rows: number; cols: number }): PlanContext {
  const device = { features: ["subgroups"], limits: guaranteedLimits, subgroupMinSize: 4, subgroupMaxSize: 4 };
  return { task: "rms-norm", shape: { rows, cols }, params: { eps: 1e-5 }, device: { ...device, kind: "software" } };
}

const SMALL = contextOf({ rows: 16, cols: 64 });

it("has honest variants of both kernels, each another kernel", () => {
  const codes = honest.map(({ plan }) => plan(SMALL).passes[0]!.code);
  expect(honest.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "sums backwards",
      "inputs read as vec4f",
      "workgroups of 1",
      "tuned (hardware), inputs read as vec4f",
    ]),
  );
  for (const plan of [task.plain, onDeviceKind("hardware", task.tuned)]) codes.push(plan(SMALL).passes[0]!.code);
  expect(new Set(codes).size).toBe(codes.length);
});

it("runs the plain kernel in place of a tuned variant that a software adapter is slow on", () => {
  const tuned = honest.filter(({ name }) => name.startsWith("tuned (hardware)"));
  const many = contextOf({ rows: 5000, cols: 3 });
  for (const { name, plan } of tuned) expect(plan(many), name).toEqual(task.plain(many));
});

it("rounds each statement of a kernel that an output shows", () => {
  // The kernel for software adapters has another module for rows of whole vectors.
  const ofOneModule = imprecise.filter(({ name }) => !name.startsWith("tuned, "));
  expect(imprecise.length).toBeGreaterThan(ofOneModule.length);
  expect(ofOneModule.map(({ name }) => name)).toEqual([
    "f16: squares += x[start + c] * x[start + c]",
    "f16: let scale = inverseSqrt(squares / f32(COLS) + EPS)",
    "f16: y[start + c] = x[start + c] * scale * gamma[c]",
    "tuned (hardware), f16: squares += x[start + c] * x[start + c]",
    "tuned (hardware), f16: partials[lane] = squares",
    "tuned (hardware), f16: partials[lane] += partials[lane + width]",
    "tuned (hardware), f16: let scale = inverseSqrt(partials[0] / f32(COLS) + EPS)",
    "tuned (hardware), f16: y[start + c] = x[start + c] * scale * gamma[c]",
  ]);
  for (const { name, plan } of imprecise) {
    const codes = [SMALL, contextOf({ rows: 16, cols: 63 })].map((context) => plan(context).passes[0]!.code);
    expect(Math.max(...codes.map((code) => code.split("quantizeToF16").length)), name).toBe(2);
  }
  expect(unseenRoundings(task).map(({ name }) => name)).toEqual([
    "f16: var squares = 0.0",
    "tuned, f16: var sums = vec4f()",
    "tuned (hardware), f16: var squares = 0.0",
  ]);
});

it("has no f16 variants of a task whose outputs are integers", () => {
  const outputs = task.spec.outputs.map((output) => ({ ...output, type: "u32" as const }));
  const ranks: Task = { ...task, spec: { ...task.spec, outputs } };
  expect(generatedVariants(ranks).imprecise).toEqual([]);
  expect(unseenRoundings(ranks)).toEqual([
    { name: "all statements", reason: "outputs are integers: rounding shows only if it changes one" },
  ]);
});

it("makes each mistake alone and in another form", () => {
  const names = Object.keys(task.mistaken!);
  expect(wrong.map(({ mistake }) => mistake)).toEqual(names.flatMap((name) => [name, name]));
  const codes = wrong.map(({ plan }) => plan(SMALL).passes[0]!.code);
  expect(new Set(codes).size).toBe(codes.length);
});

it("makes an unstable mistake alone: in another form its output is another one", () => {
  const mistaken = generatedVariants(layerNorm as unknown as Task).wrong.map(({ mistake }) => mistake);
  expect(mistaken.filter((name) => name === "one-pass-variance")).toHaveLength(1);
  expect(mistaken.filter((name) => name === "last-element-left-out")).toHaveLength(2);
});

it("cuts off both ends of every input's range", () => {
  expect(limited!.map(({ name }) => name)).toEqual([
    "x of at least -900",
    "x of at most 900",
    "gamma of at least -3.6",
    "gamma of at most 3.6",
  ]);
  const [low] = generatedVariants(layerNorm as unknown as Task).limited!;
  expect(low!.plan(SMALL).passes[0]!.code).toContain("sum += max(x[start + c], f32(-900));");
});
