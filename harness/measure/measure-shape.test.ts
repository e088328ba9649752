import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask } from "../catalog/load.ts";
import { type Device, deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import type { CaseReference } from "../judge/reference.ts";
import type { ShapeMeasurement } from "../results/measurement.ts";
import type { Plan } from "../task/plan.ts";
import { openClock } from "./clock.ts";
import { drawInputSets } from "./input-sets.ts";
import { knownWork } from "./known-work.ts";
import { type Contest, measureShape, type ShapeOutcome } from "./measure-shape.ts";

const task = await loadTask("softmax");
const measure = { name: "tiny", shape: { rows: 256, cols: 32 }, params: {} };
const { rows, cols } = measure.shape;
let device: Device;
let sets: CaseReference[];
let plain: Plan;

beforeAll(async () => {
  device = await openDevice();
  const context = deviceContext(await openAdapter(), "software");
  sets = (await drawInputSets(device, context, task, measure, "test")).slice(0, 3);
  plain = task.plain({ task: "softmax", shape: measure.shape, params: {}, device: context });
});

async function compile(plan: Plan): Promise<Program> {
  const compiled = await new Compiler(device, ["x"]).compile(plan);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.program;
}

async function measured(candidate: Plan, changes: Partial<Contest> = {}): Promise<ShapeOutcome> {
  const clock = openClock(device);
  const programs = { candidate: await compile(candidate), yardstick: await compile(plain) };
  const random = new Random("measure-shape");
  const outcome = await measureShape({
    ...{ device, clock, task, measure, programs, sets, random, adapterKind: "software", budgetMs: 150 },
    ...changes,
  });
  clock.destroy();
  return outcome;
}

function figures(outcome: ShapeOutcome): Omit<ShapeMeasurement, "rooflineShare" | "isImplausible"> {
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.measurement;
}

/** A softmax with other code before, around and after it. */
function kernel(parts: { declarations?: string; before?: string; result?: string; scratch?: boolean }): Plan {
  const { declarations = "", before = "", result = "exp(x[at] - maximum) / sum", scratch = false } = parts;
  const code = `
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    ${declarations}
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      let row = id.x;
      let start = row * ${cols};
      ${before}
      var maximum = x[start];
      for (var c = 1u; c < ${cols}; c++) { maximum = max(maximum, x[start + c]); }
      var sum = 0.0;
      for (var c = 0u; c < ${cols}; c++) { sum += exp(x[start + c] - maximum); }
      for (var c = 0u; c < ${cols}; c++) { let at = start + c; y[at] = ${result}; }
    }`;
  const bindings = scratch ? ["x", "y", "memory"] : ["x", "y"];
  return {
    passes: [{ code, bindings, workgroups: [rows / 64] }],
    ...(scratch && { scratch: { memory: 4 * rows * cols } }),
  };
}

describe("a measurement", () => {
  it("gives consistent figures", async () => {
    const found = figures(await measured(plain));
    expect(found.samples.length).toBeGreaterThanOrEqual(3);
    expect(found.candidateNs).toBeGreaterThan(0);
    expect(found.yardstickNs).toBeGreaterThan(0);
    expect(found.speedup.low).toBeLessThanOrEqual(found.speedup.estimate);
    expect(found.speedup.high).toBeGreaterThanOrEqual(found.speedup.estimate);
    expect(found.noiseFloor.low).toBeLessThanOrEqual(found.noiseFloor.high);
    expect(found.bytes).toBe(8 * rows * cols);
    expect(found.flops).toBe(5 * rows * cols);
    expect(found.busyShare).toBeGreaterThan(0);
    expect(found.busyShare).toBeLessThanOrEqual(1);
    expect(found.inputSets).toBe(3);
    // 170 copies of the three sets do not exceed the last cache.
    expect(found.inputSetBytes).toBe(170 * 3 * found.bytes);
    expect(found.caches).toBe("warm");
    // Both sides of a sample take both kinds of data.
    expect(found.runsPerSample % 2).toBe(0);
    // Each input set once before, and one output of each batch.
    expect(found.checkedOutputs).toBeGreaterThan(0);
  });

  it("works without timestamps", async () => {
    const clock = openClock({ ...device, hasTimestamps: false });
    expect(clock.name).toBe("wall-clock");
    const found = figures(await measured(plain, { clock }));
    expect(found.candidateNs).toBeGreaterThan(0);
    expect(found.samples.length).toBeGreaterThanOrEqual(3);
  });

  it("drops and counts samples that the clock cannot time, and fails if it times none", async () => {
    const clock = openClock(device);
    let batches = 0;
    const time: typeof clock.time = async (bench, runs) => {
      const durationsNs = await clock.time(bench, runs);
      return batches++ < 12 ? durationsNs.map(() => undefined) : durationsNs;
    };
    // Runs that no time is known of fill a whole batch.
    const fitful = { name: clock.name, mostRuns: 32, mostRunsPerSample: 32, tickNs: 1, time, destroy() {} };
    const outcome = await measured(plain, { clock: fitful });
    expect(outcome.ok && outcome.droppedCount).toBeGreaterThan(0);
    expect(
      figures(outcome)
        .samples.flat()
        .every((sampleNs) => sampleNs > 1),
    ).toBe(true);
    batches = Number.NEGATIVE_INFINITY;
    await expect(measured(plain, { clock: fitful })).rejects.toThrow(
      "the adapter's timestamps did not advance in 20 batches",
    );
    clock.destroy();
  });

  it("takes three samples of a kernel that is too slow for the budget, with an interval of their range", async () => {
    const found = figures(await measured(plain, { budgetMs: 1e-3 }));
    expect(found.stoppedBy).toBe("budget");
    expect(found.samples.length).toBeGreaterThanOrEqual(3);
    const ratios = found.samples.map(([candidate, yardstick]) => yardstick / candidate);
    if (ratios.length < 10) {
      expect(found.speedup.low).toBeLessThanOrEqual(Math.min(...ratios));
      expect(found.speedup.high).toBeGreaterThanOrEqual(Math.max(...ratios));
    }
  });

  it("detects a kernel that does all of its work several times", async () => {
    const slow = { ...plain, passes: Array.from({ length: 12 }, () => plain.passes[0]!) };
    // On a busy machine the interval may be wide, but twelve times the work must not look like less.
    expect(figures(await measured(slow)).speedup.estimate).toBeLessThan(1);
  });

  it("reports each step before its batches", async () => {
    const steps = new Set<string>();
    figures(await measured(plain, { onBatch: ({ step }) => steps.add(step) }));
    expect([...steps]).toEqual(["warming up", "measuring the noise floor", "measuring"]);
  });
});

describe("a kernel that is wrong when timed", () => {
  it("is found, even if it is correct for the poison of most runs", async () => {
    // Skips each of 256 rows if its poison begins with eight bits that one run in 256 has.
    const cheat = kernel({ before: "if ((bitcast<u32>(y[start]) & 0xffu) == 0x5au) { return; }" });
    const outcome = await measured(cheat, { budgetMs: 2000 });
    expect(outcome).toMatchObject({ ok: false, refusal: { verdict: "wrong-answer" } });
  });

  it("is distinguished from one that was wrong from the start", async () => {
    const wrong = await measured(kernel({ result: "sum" }));
    expect(wrong).toMatchObject({ ok: false, refusal: { verdict: "wrong-answer" } });
    expect((wrong as { refusal: { message: string } }).refusal.message).toMatch(/^Wrong on the measured shape: /);
  });

  it("is reported as correct when checked", async () => {
    // The first runs, one on each input set, are correct, as with a kernel that fails only when repeated.
    const clock = openClock(device);
    const right = await compile(plain);
    const wrong = await compile(kernel({ result: "sum" }));
    const programs = { candidate: { ...right }, yardstick: right };
    const onBatch: Contest["onBatch"] = ({ step }) => {
      if (step === "measuring") Object.assign(programs.candidate, wrong);
    };
    const outcome = await measured(plain, { clock, programs, onBatch, budgetMs: 3000 });
    expect(outcome).toMatchObject({ ok: false, refusal: { verdict: "wrong-answer" } });
    expect((outcome as { refusal: { message: string } }).refusal.message).toMatch(
      /^Correct when checked, wrong when timed: /,
    );
  });
});

describe("a run", () => {
  it("finds zeros in its scratch, regardless of the previous run", async () => {
    const replay = kernel({
      scratch: true,
      declarations: "@group(0) @binding(2) var<storage, read_write> memory: array<f32>;",
      before: `if (memory[start] != 0.0) {
        for (var c = 0u; c < ${cols}; c++) { y[start + c] = memory[start + c]; }
        return;
      }`,
      result: "exp(x[at] - maximum) / sum; memory[at] = y[at]",
    });
    // If its memory were kept, it would return another input set's results, and be wrong.
    expect(await measured(replay)).toMatchObject({ ok: true });
  });

  it("finds no results of its own in its outputs", async () => {
    const lazy = kernel({ before: "if (y[start] > 0.0 && y[start] < 1.0) { return; }" });
    expect(await measured(lazy, { budgetMs: 1000 })).toMatchObject({ ok: false, refusal: { verdict: "wrong-answer" } });
  });
});

describe("a kernel of known work", () => {
  it("repeats exactly the given share of its workgroups", () => {
    const workgroups = (share: number) => knownWork({ rows: 100, cols: 64 }, share).passes[0]!.workgroups;
    expect(workgroups(0)).toEqual([100]);
    expect(workgroups(0.05)).toEqual([105]);
  });

  it("is correct nevertheless", async () => {
    expect(await measured(knownWork({ rows, cols }, 0.25))).toMatchObject({ ok: true });
  });
});
