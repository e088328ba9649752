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
import { PoisonPool } from "./poison-pool.ts";

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

/** An input set's buffers on the GPU, once. */
interface InputSetCopy {
  readonly outputs: NamedBuffers;
  readonly runners: Readonly<Record<Contestant, PlanRunner>>;
  /** The contents of its outputs before its next run. */
  poison: KeptOutputs["poison"];
}

export interface WorkbenchSetting {
  readonly gpu: GPUDevice;
  readonly programs: Readonly<Record<Contestant, Program>>;
  /** Problems of one shape that take turns. */
  readonly inputSets: readonly Tensors[];
  /** How often each is on the GPU, with outputs of its own. */
  readonly copies: number;
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
  readonly #scratch: Readonly<Record<Contestant, NamedBuffers>>;
  /** Of each input set. */
  readonly #copies: readonly (readonly InputSetCopy[])[];
  /** Of each input set, the index of the copy for its next run. */
  readonly #next: number[];
  /** The copy of the latest run. */
  #used: InputSetCopy | undefined;
  readonly #poison: PoisonPool;
  readonly #staging: Staging;
  readonly #buffers: PlanBuffers;
  readonly #integers: ReadonlySet<string>;
  #kept: (Pick<InputSetCopy, "outputs" | "poison"> & { readonly set: number }) | undefined;

  constructor({ gpu, programs, inputSets, copies, outputSizes, integers, typical, random }: WorkbenchSetting) {
    this.gpu = gpu;
    this.#integers = integers;
    this.#programs = programs;
    this.#buffers = new PlanBuffers(gpu);
    const outputBytes = Object.fromEntries(Object.entries(outputSizes).map(([name, size]) => [name, 4 * size]));
    this.#scratch = {
      candidate: this.#buffers.scratch(programs.candidate.plan),
      yardstick: this.#buffers.scratch(programs.yardstick.plan),
    };
    const copyOf = (tensors: Tensors): InputSetCopy => {
      const inputs = this.#buffers.inputs(tensors);
      const outputs = this.#buffers.outputs(outputBytes);
      const runner = (contestant: Contestant) =>
        new PlanRunner(gpu, new Map([...inputs, ...outputs, ...this.#scratch[contestant]]));
      return { outputs, runners: { candidate: runner("candidate"), yardstick: runner("yardstick") }, poison: {} };
    };
    this.#copies = inputSets.map((tensors) => Array.from({ length: copies }, () => copyOf(tensors)));
    this.#next = inputSets.map(() => 0);
    this.#poison = new PoisonPool(gpu, outputSizes, integers, typical, random);
    const encoder = gpu.createCommandEncoder();
    for (const copy of this.#copies.flat()) this.#encodePoison(encoder, copy);
    gpu.queue.submit([encoder.finish()]);
    this.#staging = new Staging(gpu, sumOfBytes(partsOf(this.#copies[0]![0]!.outputs)));
  }

  get setCount(): number {
    return this.#copies.length;
  }

  /** Generates new poisons for the next batch. */
  beginBatch(): void {
    this.#poison.redraw();
    this.#kept = undefined;
  }

  /**
   * Encodes the untimed preparation of a run on the next copy of its input set: zeros in the scratch, and fresh poison in
   * the outputs of the run before. Poisoned just before its own run, a copy's outputs would be in the caches.
   */
  encodePreparation(encoder: GPUCommandEncoder, { set, contestant, isKept }: Run): void {
    if (this.#used !== undefined) this.#encodePoison(encoder, this.#used);
    encodeClear(encoder, this.#scratch[contestant].values());
    const copies = this.#copies[set]!;
    this.#used = copies[this.#next[set]!]!;
    this.#next[set] = (this.#next[set]! + 1) % copies.length;
    const { outputs, poison } = this.#used;
    if (isKept) this.#kept = { set, outputs, poison };
  }

  /** Encodes the run for which the preparation was encoded last: all dispatches in one compute pass. */
  encodeRun(encoder: GPUCommandEncoder, { contestant }: Run, timestampWrites?: GPUComputePassTimestampWrites): void {
    const descriptor = timestampWrites === undefined ? {} : { timestampWrites };
    this.#used!.runners[contestant].encode(encoder, this.#programs[contestant], descriptor);
  }

  /** Encodes the end of a run: if its outputs are to be read back, copies them. */
  encodeKeeping(encoder: GPUCommandEncoder, { isKept }: Run): void {
    if (isKept) this.#staging.encodeCopies(encoder, partsOf(this.#used!.outputs));
  }

  /** Reads back the outputs of the batch's kept run. */
  async readKept(): Promise<KeptOutputs | undefined> {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    await waitPolitely(this.#staging.map());
    const [parts] = this.#staging.take(partsOf(kept.outputs));
    const outputs = [...kept.outputs.keys()].map(
      (name, index) => [name, outputOf(parts![index]!, this.#integers.has(name))] as const,
    );
    return { set: kept.set, outputs: Object.fromEntries(outputs), poison: kept.poison };
  }

  destroy(): void {
    this.#buffers.destroy();
    this.#staging.destroy();
    this.#poison.destroy();
  }

  #encodePoison(encoder: GPUCommandEncoder, copy: InputSetCopy): void {
    const choice = this.#poison.choose();
    this.#poison.fill(encoder, copy.outputs, choice);
    copy.poison = this.#poison.words(choice);
  }
}

function partsOf(outputs: NamedBuffers) {
  return [...outputs.values()].map(tensorPart);
}
