import { expect, it } from "vitest";
import { bufferUsage } from "./buffer-usage.ts";
import { openDevice } from "./device.ts";
import { KernelClock } from "./kernel-clock.ts";

/** A pass with a loop long enough for the GPU's clock to see. */
const CODE = `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1) fn main() { for (var i = 0; i < 100000; i++) { out[0] = sin(out[0] + 1.0); } }`;

async function timedPass(hasTimestamps: boolean) {
  const { gpu } = await openDevice();
  const clock = new KernelClock(gpu, hasTimestamps);
  const pipeline = gpu.createComputePipeline({
    layout: "auto",
    compute: { module: gpu.createShaderModule({ code: CODE }) },
  });
  const buffer = gpu.createBuffer({ size: 4, usage: bufferUsage.storage });
  const layout = pipeline.getBindGroupLayout(0);
  const group = gpu.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
  const passes = clock.takePasses(1);
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass(clock.passDescriptor(passes[0]));
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(1);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  await gpu.queue.onSubmittedWorkDone();
  return { gpu, clock, passes };
}

it("uses the GPU's clock within the observed limits", async () => {
  const { gpu, clock, passes } = await timedPass(true);
  clock.add(0, 60_000, passes);
  const kernelMs = await clock.totalMs();
  expect(kernelMs).toBeGreaterThan(0);
  expect(kernelMs).toBeLessThan(60_000);
  gpu.destroy();

  const within = await timedPass(true);
  within.clock.add(3, 3, within.passes);
  within.clock.add(4, 9);
  expect(await within.clock.totalMs()).toBe(7);
  within.gpu.destroy();
});

it("counts only observed time if the GPU has no clock or is lost", async () => {
  const { gpu, clock, passes } = await timedPass(false);
  expect(passes).toEqual([]);
  clock.add(2, 60_000, passes);
  expect(await clock.totalMs()).toBe(2);
  gpu.destroy();

  const lost = await timedPass(true);
  lost.clock.add(2, 60_000, lost.passes);
  lost.gpu.destroy();
  expect(await lost.clock.totalMs()).toBe(2);
});

it("gives the passes of a refused run to the next one", async () => {
  const { gpu, clock } = await timedPass(true);
  const refused = clock.takePasses(2);
  clock.giveBackPasses(refused);
  expect(clock.takePasses(2)).toEqual(refused);
  gpu.destroy();
});
