import type { Tensors } from "../../reference/oracle.ts";
import type { Device } from "../gpu/device.ts";
import { PassTimestamps } from "../gpu/pass-timestamps.ts";
import { encodeClear, PlanBuffers, PlanRunner } from "../gpu/plan-runner.ts";
import type { Program } from "../gpu/program.ts";
import { median } from "./interval.ts";

/** WebGPU's query sets hold 4,096 timestamps; a batch has at least one run. */
const MOST_PASSES = 2048;
const MOST_RUNS = 100;
const MOST_RUNS_IN_BATCH = 8;

export type PassTimes =
  | {
      readonly runs: number;
      /** The median of each pass, in ns; undefined if the clock did not advance in any run. */
      readonly timesNs: readonly (number | undefined)[];
      /** The bytes of the buffers that each pass uses. */
      readonly bytes: readonly number[];
    }
  | { readonly untimed: string; readonly bytes: readonly number[] };

interface PassContest {
  readonly device: Device;
  readonly program: Program;
  readonly inputs: Tensors;
  /** Elements of each output. */
  readonly outputSizes: Readonly<Record<string, number>>;
  readonly budgetMs: number;
  /** Called before each batch, which may hang. */
  onBatch(runs: number): void;
}

/**
 * Times the passes of a plan, each in a compute pass of its own with the GPU's timestamps. The wall clock cannot: a submit
 * takes longer than most passes.
 */
export async function timePasses(contest: PassContest): Promise<PassTimes> {
  const { device, program, inputs, outputSizes, budgetMs, onBatch } = contest;
  const { gpu } = device;
  const { steps, plan } = program;
  const buffers = new PlanBuffers(gpu);
  const outputBytes = Object.fromEntries(Object.entries(outputSizes).map(([name, size]) => [name, 4 * size]));
  const [inputBuffers, outputs, scratch] = [
    buffers.inputs(inputs),
    buffers.outputs(outputBytes),
    buffers.scratch(plan),
  ];
  const named = new Map([...inputBuffers, ...outputs, ...scratch]);
  const bytes = steps.map((step) => step.buffers.reduce((sum, { name }) => sum + named.get(name)!.bytes, 0));
  if (!device.hasTimestamps || steps.length > MOST_PASSES) {
    buffers.destroy();
    const untimed = device.hasTimestamps
      ? `the plan has ${steps.length} passes, and at most ${MOST_PASSES} can be timed one by one`
      : "there are no timestamps of the GPU, and the wall clock cannot tell passes apart";
    return { untimed, bytes };
  }
  const inBatch = Math.max(1, Math.min(MOST_RUNS_IN_BATCH, Math.floor(MOST_PASSES / steps.length)));
  const timestamps = new PassTimestamps(gpu, inBatch * steps.length);
  const runner = new PlanRunner(gpu, named);
  const samples: number[][] = steps.map(() => []);
  const startMs = performance.now();
  let runs = 0;
  try {
    while (runs === 0 || (runs < MOST_RUNS && performance.now() - startMs < budgetMs)) {
      onBatch(runs);
      const encoder = gpu.createCommandEncoder();
      // The first batch warms up: its times are dropped below if there are others.
      for (let run = 0; run < inBatch; run++) {
        encodeClear(encoder, [...outputs.values(), ...scratch.values()]);
        for (const [at, step] of steps.entries()) {
          runner.encodeStep(encoder, step, { timestampWrites: timestamps.writes(run * steps.length + at) });
        }
      }
      timestamps.encodeResolve(encoder, inBatch * steps.length);
      gpu.queue.submit([encoder.finish()]);
      const durationsNs = await timestamps.durationsNs(inBatch * steps.length);
      if (runs === inBatch) for (const one of samples) one.length = 0;
      for (const [at, durationNs] of durationsNs.entries()) {
        if (durationNs !== undefined) samples[at % steps.length]!.push(durationNs);
      }
      runs += inBatch;
    }
  } finally {
    timestamps.destroy();
    buffers.destroy();
  }
  const timed = runs > inBatch ? runs - inBatch : runs;
  return { runs: timed, timesNs: samples.map((one) => (one.length === 0 ? undefined : median(one))), bytes };
}
