import { expect, it } from "vitest";
import { openDevice } from "./device.ts";
import { Compiler } from "./program.ts";
import { Workspace } from "./workspace.ts";

const COUNT = 4;

/** Adds to each output what lay there before, and how often it ran on this scratch. */
const CODE = `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read_write> runs: array<u32>;
@compute @workgroup_size(${COUNT})
fn main(@builtin(local_invocation_index) i: u32) {
  runs[i]++;
  out[i] += f32(runs[i]);
}`;

const plan = { passes: [{ code: CODE, bindings: ["out", "runs"], workgroups: [1] }], scratch: { runs: 4 * COUNT } };

async function compiled() {
  const device = await openDevice();
  const compilation = await new Compiler(device, []).compile(plan);
  if (!compilation.ok) throw new Error(compilation.problem.message);
  return { device, program: compilation.program };
}

it("gives each of several runs its own poison, and zeros in the scratch", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 4 * COUNT }, plan, 2);
  const poisons = [10, 20].map((value) => ({ out: new Float32Array(COUNT).fill(value) }));
  const done: string[] = [];
  const ran = await workspace.run(program, poisons, () => done.push("meanwhile"));
  expect(ran).toEqual([{ out: new Float32Array(COUNT).fill(11) }, { out: new Float32Array(COUNT).fill(21) }]);
  expect(await workspace.run(program, poisons.slice(1))).toEqual([{ out: new Float32Array(COUNT).fill(21) }]);
  expect(done).toEqual(["meanwhile"]);
  workspace.destroy();
  device.gpu.destroy();
});

it("says that the GPU has no room for the buffers, with the first run", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 2 ** 34 }, plan);
  expect(await workspace.run(program, [{ out: new Float32Array(COUNT) }])).toMatchObject({
    verdict: "memory-limit",
    message: expect.stringMatching(/^The GPU cannot hold the buffers: /),
  });
  workspace.destroy();
  device.gpu.destroy();
});

it("fails, and fails nobody else, where the device is lost while something else is done", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 4 * COUNT }, plan);
  const ran = workspace.run(program, [{ out: new Float32Array(COUNT) }], () => device.gpu.destroy());
  await expect(ran).rejects.toThrow();
});
