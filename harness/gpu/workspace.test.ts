import { expect, it } from "vitest";
import { openDevice } from "./device.ts";
import { Compiler } from "./program.ts";
import { Workspace } from "./workspace.ts";

const COUNT = 4;

/** Adds to each output its previous contents, and the number of runs on this scratch. */
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

it("gives each run its own poison, and zeros in the scratch", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 4 * COUNT }, plan, { runsAtOnce: 2 });
  const poisons = [10, 20].map((value) => ({ out: new Float32Array(COUNT).fill(value) }));
  const done: string[] = [];
  const ran = await workspace.run(program, poisons, () => done.push("meanwhile"));
  expect(ran).toEqual([{ out: new Float32Array(COUNT).fill(11) }, { out: new Float32Array(COUNT).fill(21) }]);
  expect(await workspace.run(program, poisons.slice(1))).toEqual([{ out: new Float32Array(COUNT).fill(21) }]);
  expect(done).toEqual(["meanwhile"]);
  workspace.destroy();
  device.gpu.destroy();
});

it("reads outputs of u32 back as integers", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 4 * COUNT }, plan, { integers: new Set(["out"]) });
  const bits = new Uint32Array(Float32Array.of(1).buffer)[0]!;
  const [outputs] = (await workspace.run(program, [{ out: new Float32Array(COUNT) }])) as readonly object[];
  expect(outputs).toEqual({ out: new Uint32Array(COUNT).fill(bits) });
  workspace.destroy();
  device.gpu.destroy();
});

it("reports with the first run that the GPU has no room for the buffers", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 2 ** 34 }, plan);
  expect(await workspace.run(program, [{ out: new Float32Array(COUNT) }])).toMatchObject({
    verdict: "memory-limit",
    message: expect.stringMatching(/^The GPU cannot hold the buffers: /),
  });
  workspace.destroy();
  device.gpu.destroy();
});

it("fails without unhandled rejections if the device is lost meanwhile", async () => {
  const { device, program } = await compiled();
  const workspace = new Workspace(device, {}, { out: 4 * COUNT }, plan);
  const ran = workspace.run(program, [{ out: new Float32Array(COUNT) }], () => device.gpu.destroy());
  await expect(ran).rejects.toThrow();
});

/** Writes 8 past the end of `out`, and the value past the end of `x` into it. */
const outsideCode = (length: string) => `
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<storage, read_write> kept: array<u32>;
@compute @workgroup_size(1) fn main() {
  let far = ${length};
  out[${COUNT} + 1] = 8.0;
  out[far] = 9.0;
  out[0] = f32(x[${COUNT}]);
  kept[1] = 7u;
}`;

async function runOutside(length: string) {
  const device = await openDevice();
  const plan = {
    passes: [{ code: outsideCode(length), bindings: ["x", "out", "kept"], workgroups: [1] }],
    scratch: { kept: 4 },
  };
  const compilation = await new Compiler(device, ["x"]).compile(plan);
  if (!compilation.ok) throw new Error(compilation.problem.message);
  const zones = { x: Uint32Array.of(5, 5), out: Uint32Array.of(1, 2, 3, 4), kept: Uint32Array.of(11, 12) };
  const inputs = { x: new Uint32Array(COUNT) };
  const workspace = new Workspace(device, inputs, { out: 4 * COUNT }, plan, { zones });
  const poison = { out: new Float32Array(COUNT).fill(1) };
  const guarded = await workspace.runGuarded(compilation.program, poison);
  const exact = await workspace.run(compilation.program, [poison]);
  workspace.destroy();
  device.gpu.destroy();
  return { guarded, exact };
}

const words = (...values: number[]) => new Uint32Array(Float32Array.from(values).buffer);

it("keeps accesses past a tensor's end in the zone behind it, in a guarded run", async () => {
  const { guarded, exact } = await runOutside("0xffffffffu");
  expect(guarded).toEqual({
    outputs: { out: Float32Array.of(5, 1, 1, 1) },
    zones: { out: Uint32Array.of(1, words(8)[0]!, 3, words(9)[0]!), kept: Uint32Array.of(7, 12) },
  });
  // Otherwise an index past the end is clamped to the last element, on every adapter.
  expect(exact).toEqual([{ out: Float32Array.of(0, 1, 1, 9) }]);
});

it("binds a buffer at its exact size if a kernel queries its length", async () => {
  const { guarded } = await runOutside("arrayLength(&out)");
  expect(guarded).toEqual({
    outputs: { out: Float32Array.of(5, 1, 1, 9) },
    zones: { out: Uint32Array.of(1, 2, 3, 4), kept: Uint32Array.of(7, 12) },
  });
});
