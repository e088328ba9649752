import type { Tensor, Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import {
  encodeClear,
  type NamedBuffers,
  PlanBuffers,
  PlanRunner,
  Staging,
  sumOfBytes,
  tensorPart,
} from "../gpu/plan-runner.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import type { Program } from "../gpu/program.ts";
import { outputOf } from "../gpu/workspace.ts";
import { type PoisonChoice, PoisonPool } from "./poison-pool.ts";

export type Contestant = "candidate" | "yardstick";

/** One execution of a kernel's plan. */
export interface Run {
  readonly contestant: Contestant;
  /** Index of its input set. */
  readonly set: number;
  /** Whether its outputs are read back afterwards; at most one run of a batch. */
  readonly isKept: boolean;
}

/** A run's outputs, and their contents before. */
export interface KeptOutputs {
  readonly set: number;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly poison: Readonly<Record<string, Uint32Array>>;
}

export interface WorkbenchSetting {
  readonly gpu: GPUDevice;
  readonly programs: Readonly<Record<Contestant, Program>>;
  /** Problems of one shape that take turns. */
  readonly inputSets: readonly Tensors[];
  /** Elements of each output. */
  readonly outputSizes: Readonly<Record<string, number>>;
  /** The outputs whose elements are u32. */
  readonly integers: ReadonlySet<string>;
  /** A typical magnitude of each output. */
  readonly typical: Readonly<Record<string, number>>;
  readonly random: Random;
}

/** The GPU buffers of two kernels and several input sets; encodes their runs. */
export class Workbench {
  readonly gpu: GPUDevice;
  readonly #programs: Readonly<Record<Contestant, Program>>;
  /** Of each input set. */
  readonly #outputs: readonly NamedBuffers[];
  readonly #scratch: Readonly<Record<Contestant, NamedBuffers>>;
  readonly #runners: readonly Readonly<Record<Contestant, PlanRunner>>[];
  readonly #poison: PoisonPool;
  readonly #staging: Staging;
  readonly #buffers: PlanBuffers;
  readonly #integers: ReadonlySet<string>;
  #kept: { readonly set: number; readonly poison: PoisonChoice } | undefined;

  constructor({ gpu, programs, inputSets, outputSizes, integers, typical, random }: WorkbenchSetting) {
    this.gpu = gpu;
    this.#integers = integers;
    this.#programs = programs;
    this.#buffers = new PlanBuffers(gpu);
    const inputs = inputSets.map((tensors) => this.#buffers.inputs(tensors));
    const outputBytes = Object.fromEntries(Object.entries(outputSizes).map(([name, size]) => [name, 4 * size]));
    this.#outputs = inputSets.map(() => this.#buffers.outputs(outputBytes));
    this.#scratch = {
      candidate: this.#buffers.scratch(programs.candidate.plan),
      yardstick: this.#buffers.scratch(programs.yardstick.plan),
    };
    this.#runners = inputs.map((ofSet, set) => {
      const runner = (contestant: Contestant) =>
        new PlanRunner(gpu, new Map([...ofSet, ...this.#outputs[set]!, ...this.#scratch[contestant]]));
      return { candidate: runner("candidate"), yardstick: runner("yardstick") };
    });
    this.#poison = new PoisonPool(gpu, outputSizes, integers, typical, random);
    this.#staging = new Staging(gpu, sumOfBytes(this.#outputParts(0)));
  }

  get setCount(): number {
    return this.#runners.length;
  }

  /** Generates new poisons for the next batch. */
  beginBatch(): void {
    this.#poison.redraw();
    this.#kept = undefined;
  }

  /** Encodes the untimed preparation of a run: fresh poison in the outputs, zeros in the scratch. */
  encodePreparation(encoder: GPUCommandEncoder, run: Run): void {
    const poison = this.#poison.choose();
    this.#poison.fill(encoder, this.#outputs[run.set]!, poison);
    encodeClear(encoder, this.#scratch[run.contestant].values());
    if (run.isKept) this.#kept = { set: run.set, poison };
  }

  /** Encodes the run: all dispatches in one compute pass. */
  encodeRun(
    encoder: GPUCommandEncoder,
    { contestant, set }: Run,
    timestampWrites?: GPUComputePassTimestampWrites,
  ): void {
    const descriptor = timestampWrites === undefined ? {} : { timestampWrites };
    this.#runners[set]![contestant].encode(encoder, this.#programs[contestant], descriptor);
  }

  /** Encodes the end of a run: if its outputs are to be read back, copies them. */
  encodeKeeping(encoder: GPUCommandEncoder, run: Run): void {
    if (run.isKept) this.#staging.encodeCopies(encoder, this.#outputParts(run.set));
  }

  /** Reads back the outputs of the batch's kept run. */
  async readKept(): Promise<KeptOutputs | undefined> {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    await waitPolitely(this.#staging.map());
    const [parts] = this.#staging.take(this.#outputParts(kept.set));
    const outputs = [...this.#outputs[kept.set]!.keys()].map(
      (name, index) => [name, outputOf(parts![index]!, this.#integers.has(name))] as const,
    );
    return { set: kept.set, outputs: Object.fromEntries(outputs), poison: this.#poison.words(kept.poison) };
  }

  destroy(): void {
    this.#buffers.destroy();
    this.#staging.destroy();
    this.#poison.destroy();
  }

  #outputParts(set: number) {
    return [...this.#outputs[set]!.values()].map(tensorPart);
  }
}
