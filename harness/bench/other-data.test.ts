import { beforeAll, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask } from "../catalog/load.ts";
import { type Device, deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import type { Refusal } from "../results/case-result.ts";
import type { DeviceContext } from "../task/plan.ts";
import { judgeOnOtherData, otherDataCases } from "./other-data.ts";

const task = await loadTask("softmax");
const measured = { name: "small", shape: { rows: 64, cols: 256 }, params: {} };
let device: Device;
let context: DeviceContext;

beforeAll(async () => {
  device = await openDevice();
  context = deviceContext(await openAdapter(), "software");
});

/** Judges a softmax that subtracts `maximum` on every kind of data that is not timed. */
async function judged(maximum: string): Promise<(Refusal | undefined)[]> {
  const { rows, cols } = measured.shape;
  const code = `
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      let start = id.x * ${cols};
      var largest = x[start];
      for (var c = 1u; c < ${cols}; c++) { largest = max(largest, x[start + c]); }
      var sum = 0.0;
      for (var c = 0u; c < ${cols}; c++) { sum += exp(x[start + c] - ${maximum}); }
      for (var c = 0u; c < ${cols}; c++) { y[start + c] = exp(x[start + c] - ${maximum}) / sum; }
    }`;
  const passes = [{ code, bindings: ["x", "y"], workgroups: [rows / 64] }];
  const compiled = await new Compiler(device, ["x"]).compile({ passes });
  if (!compiled.ok) throw new Error(compiled.problem.message);
  const setting = { seed: "other data", random: new Random("other data") };
  const refusals: (Refusal | undefined)[] = [];
  for (const one of otherDataCases(task, measured)) {
    refusals.push(await judgeOnOtherData(device, context, task, compiled.program, one, setting));
  }
  return refusals;
}

it("covers every kind of data in the task's cases, at the measured shape", () => {
  const cases = otherDataCases(task, measured);
  expect(cases.map(({ data }) => data)).toEqual(["offset", "masked", "spike", "steep", "flat", "ascending"]);
  for (const one of cases) expect(one).toMatchObject({ shape: measured.shape, params: measured.params });
});

it("refuses a kernel that is correct only on plain data, and names the data on which it is wrong", async () => {
  const [offset] = await judged("0.0");
  expect(offset).toMatchObject({ verdict: "wrong-answer" });
  expect(offset!.message).toMatch(/^Wrong on offset data of the measured shape: /);
});

it("accepts a kernel that is correct on all of it", async () => {
  expect(await judged("largest")).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
});
