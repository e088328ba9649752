import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask } from "../catalog/load.ts";
import { type Device, openRoomyDevice } from "../gpu/device.ts";
import type { PassCounts } from "../results/access-counts.ts";
import type { Case } from "../task/case.ts";
import type { Plan } from "../task/plan.ts";
import { countAccesses } from "./count-accesses.ts";

const task = await loadTask("softmax");
const ROWS = 64;
const COLS = 48;
const one: Case = {
  ...{ task: "softmax", index: 0, shape: { rows: ROWS, cols: COLS }, params: {} },
  ...{ data: "plain", group: "counted" },
};
let device: Device;
beforeAll(async () => {
  device = await openRoomyDevice([]);
});

const HEAD = `
override ROWS: u32;
override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
`;

function planOf(code: string, more: Partial<Plan["passes"][number]> = {}): Plan {
  return {
    passes: [{ code: HEAD + code, constants: { ROWS, COLS }, bindings: ["x", "y"], workgroups: [1], ...more }],
  };
}

async function counted(plan: Plan) {
  const [first] = await countAccesses(device, task, plan, one, "count", new Random("count"));
  return first!;
}

function known(counts: PassCounts) {
  if ("uncounted" in counts) throw new Error(counts.uncounted);
  return counts;
}

const byRows = planOf(`
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ROWS) { return; }
  for (var c = 0u; c < COLS; c++) {
    y[id.x * COLS + c] = x[id.x * COLS + c];
    y[id.x * COLS + c] += 1.0;
  }
}`);

it("counts every read and write, a compound assignment as both, past every way out", async () => {
  const { buffers, workgroups, barriersPerWorkgroup } = known(await counted(byRows));
  const elements = ROWS * COLS;
  expect(buffers).toMatchObject([
    { name: "y", bound: "y", elements, reads: elements, writes: 2 * elements },
    { name: "x", space: "storage", bound: "x", elements, reads: elements, writes: 0 },
  ]);
  expect([workgroups, barriersPerWorkgroup]).toEqual([1, 0]);
});

it("sees that neighbours are apart, and that they are not", async () => {
  const { strides } = known(await counted(byRows));
  // 32 rows of 48 elements: each invocation is in a sector of its own.
  expect(strides[0]).toMatchObject({ name: "y", isWrite: true, apart: COLS, transactions: 32, least: 4 });
  const byColumns = planOf(`
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  y[group.x * 64u + lane] = x[0];
}`);
  expect(known(await counted(byColumns)).strides).toMatchObject([
    { name: "y", apart: 1, transactions: 4, least: 4 },
    { name: "x", apart: 0, transactions: 1, least: 1 },
  ]);
});

it("counts barriers and workgroup memory, and finds lanes that share a bank", async () => {
  const shared = planOf(
    `
var<workgroup> tile: array<f32, 2048>;
struct In { @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3<u32> }
@compute @workgroup_size(64)
fn main(in: In) {
  tile[in.lane * 32u] = x[in.lane];
  workgroupBarrier();
  for (var step = 0u; step < 3u; step++) { workgroupBarrier(); }
  y[in.lane] = tile[in.lane * 32u];
}`,
    { workgroups: [2] },
  );
  const { buffers, strides, barriersPerWorkgroup, workgroups } = known(await counted(shared));
  expect([workgroups, barriersPerWorkgroup]).toEqual([2, 4]);
  expect(buffers.find(({ name }) => name === "tile")).toMatchObject({ space: "workgroup", reads: 128, writes: 128 });
  expect(strides.find(({ name }) => name === "tile")).toMatchObject({ transactions: 32, least: 1 });
});

it("counts atomics, and functions that several entry points share", async () => {
  const atomics = planOf(
    `
var<workgroup> bins: array<atomic<u32>, 4>;
fn add(at: u32) { atomicAdd(&bins[at], 1u); }
@compute @workgroup_size(64)
fn unused() { add(0u); }
@compute @workgroup_size(64)
fn count(@builtin(local_invocation_id) id: vec3u) {
  add(id.x % 4u);
  workgroupBarrier();
  if (id.x < 4u) { y[id.x] = f32(atomicLoad(&bins[id.x])) + f32(arrayLength(&x)); }
}`,
    { entryPoint: "count" },
  );
  const { buffers } = known(await counted(atomics));
  expect(buffers).toMatchObject([
    { name: "bins", reads: 68, writes: 64 },
    { name: "y", reads: 0, writes: 4 },
  ]);
});

describe("says why it does not count", () => {
  it.each([
    [
      "fn sum(p: ptr<workgroup, array<f32, 4>>) -> f32 { return (*p)[0]; }",
      "y[0] = sum(&t);",
      "takes a pointer to `t`",
    ],
    ["", "let y = 1.0; t[0] = x[0];", "a function declares `y` again"],
    ["", "let all = t; y[0] = all[0];", "uses `t` as a whole"],
    ["fn km_f() {}", "y[0] = x[0];", "names that begin with `km_`"],
  ])("%s %s", async (before, body, reason) => {
    const code = `var<workgroup> t: array<f32, 4>; ${before} @compute @workgroup_size(1) fn main() { ${body} }`;
    expect(await counted(planOf(code))).toEqual({ passes: [1], uncounted: expect.stringContaining(reason) });
  });
});
