import { beforeAll, expect, it } from "vitest";
import { type Device, openDevice } from "../gpu/device.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import type { Plan } from "../task/plan.ts";
import { timePasses } from "./time-passes.ts";

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> part: array<f32>;
@compute @workgroup_size(1) fn first() { for (var i = 0u; i < 64u; i++) { part[i] += x[i]; } }
@compute @workgroup_size(1) fn second() { for (var i = 0u; i < 64u; i++) { y[i] = part[i]; } }`;
const pass = (entryPoint: string) => ({ code, entryPoint, bindings: ["x", "y", "part"], workgroups: [1] as [number] });
const plan: Plan = { scratch: { part: 512 }, passes: [pass("first"), pass("second")] };

let device: Device;
let program: Program;
beforeAll(async () => {
  device = await openDevice();
  const compiled = await new Compiler(device, ["x"]).compile(plan);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  program = compiled.program;
});

const contest = () => ({ device, program, inputs: { x: new Float32Array(64) }, outputSizes: { y: 64 }, budgetMs: 1 });

it("times each pass, and knows the bytes of the buffers that it uses", async () => {
  const batches: number[] = [];
  const times = await timePasses({ ...contest(), onBatch: (runs) => batches.push(runs) });
  expect(times.bytes).toEqual([256 + 512, 256 + 512]);
  expect(batches[0]).toBe(0);
  if (!("timesNs" in times)) throw new Error(times.untimed);
  expect(times.timesNs).toHaveLength(2);
  for (const timeNs of times.timesNs) expect(timeNs ?? 1).toBeGreaterThan(0);
});

it("times nothing without timestamps, and says why", async () => {
  const blind = { ...device, hasTimestamps: false };
  const times = await timePasses({ ...contest(), device: blind, onBatch: () => expect.unreachable() });
  expect(times).toEqual({ untimed: expect.stringContaining("no timestamps of the GPU"), bytes: [768, 768] });
});

it("times no plan of more passes than there are timestamps", async () => {
  const steps = Array.from({ length: 2049 }, () => program.steps[0]!);
  const times = await timePasses({
    ...contest(),
    program: { ...program, steps },
    onBatch: () => expect.unreachable(),
  });
  expect(times).toMatchObject({ untimed: expect.stringContaining("the plan has 2049 passes") });
});
