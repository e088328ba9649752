import { expect, it } from "vitest";
import { openDevice } from "./device.ts";
import { encodeClear, PlanBuffers, PlanRunner, Staging, tensorPart } from "./plan-runner.ts";
import { Compiler } from "./program.ts";

/** Counts its runs in scratch, and doubles `x` as many times. */
const CODE = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> runs: array<u32>;
@compute @workgroup_size(1) fn main() {
  runs[0]++;
  y[0] = x[0] * exp2(f32(runs[0]));
}`;

it("runs one program on several input sets, with shared scratch of any name", async () => {
  const { gpu, ...device } = await openDevice();
  const passes = [{ code: CODE, bindings: ["x", "y", "constructor"], workgroups: [1] }];
  const plan = { passes, scratch: { constructor: 4 } };
  const compilation = await new Compiler({ gpu, ...device }, ["x"]).compile(plan);
  if (!compilation.ok) throw new Error(compilation.problem.message);
  const buffers = new PlanBuffers(gpu);
  const scratch = buffers.scratch(plan);
  const sets = [3, 5].map((value) => {
    const outputs = buffers.outputs({ y: 4 });
    const runner = new PlanRunner(
      gpu,
      new Map([...buffers.inputs({ x: Float32Array.of(value) }), ...outputs, ...scratch]),
    );
    return { runner, parts: [...outputs.values()].map(tensorPart) };
  });
  const staging = new Staging(gpu, 8);
  const encoder = gpu.createCommandEncoder();
  for (const [run, { runner, parts }] of sets.entries()) {
    encodeClear(encoder, scratch.values());
    runner.encode(encoder, compilation.program);
    runner.encode(encoder, compilation.program);
    staging.encodeCopies(encoder, parts, run);
  }
  gpu.queue.submit([encoder.finish()]);
  await staging.map();
  const taken = staging.take(sets[0]!.parts, sets.length);
  expect(taken.map(([y]) => new Float32Array(y!))).toEqual([Float32Array.of(12), Float32Array.of(20)]);
  buffers.destroy();
  staging.destroy();
  gpu.destroy();
});
