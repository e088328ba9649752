import type { Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import { bufferUsage, MAP_MODE_READ } from "../gpu/buffer-usage.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import type { Program, Step } from "../gpu/program.ts";
import { type PoisonChoice, PoisonPool } from "./poison-pool.ts";

export type Contestant = "candidate" | "yardstick";

/** One execution of a kernel's plan. */
export interface Run {
  readonly contestant: Contestant;
  /** Index of the input set that it works on. */
  readonly set: number;
  /** Whether its outputs are read back afterwards; at most one of a batch. */
  readonly isKept: boolean;
}

/** What a run wrote, and what lay there before. */
export interface KeptOutputs {
  readonly set: number;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly poison: Readonly<Record<string, Uint32Array>>;
}

export interface WorkbenchSetting {
  readonly gpu: GPUDevice;
  readonly programs: Readonly<Record<Contestant, Program>>;
  /** Problems of one shape that take turns. */
  readonly inputSets: readonly Tensors[];
  /** Elements of each output. */
  readonly outputSizes: Readonly<Record<string, number>>;
  /** A typical magnitude of each output. */
  readonly typical: Readonly<Record<string, number>>;
  readonly random: Random;
}

/** The buffers of two kernels and several input sets on the GPU, and how their runs are encoded. */
export class Workbench {
  readonly gpu: GPUDevice;
  readonly #programs: Readonly<Record<Contestant, Program>>;
  readonly #inputs: readonly ReadonlyMap<string, GPUBuffer>[];
  readonly #outputs: readonly ReadonlyMap<string, GPUBuffer>[];
  readonly #scratch: Readonly<Record<Contestant, ReadonlyMap<string, GPUBuffer>>>;
  /** By contestant and input set. A step's group fits its own pipeline only. */
  readonly #bindGroups = new Map<string, Map<Step, GPUBindGroup>>();
  readonly #poison: PoisonPool;
  readonly #staging: GPUBuffer;
  readonly #all: GPUBuffer[] = [];
  #kept: { readonly set: number; readonly poison: PoisonChoice } | undefined;

  constructor({ gpu, programs, inputSets, outputSizes, typical, random }: WorkbenchSetting) {
    this.gpu = gpu;
    this.#programs = programs;
    const make = (size: number, usage: number): GPUBuffer => {
      const buffer = gpu.createBuffer({ size, usage });
      this.#all.push(buffer);
      return buffer;
    };
    const { storage, copySource, copyDestination, indirect, mapRead } = bufferUsage;
    this.#inputs = inputSets.map(
      (tensors) =>
        new Map(
          Object.entries(tensors).map(([name, values]) => {
            const buffer = make(values.byteLength, storage | copyDestination);
            gpu.queue.writeBuffer(buffer, 0, values as GPUAllowSharedBufferSource);
            return [name, buffer];
          }),
        ),
    );
    const sizes = Object.entries(outputSizes);
    this.#outputs = inputSets.map(
      () => new Map(sizes.map(([name, size]) => [name, make(4 * size, storage | copySource | copyDestination)])),
    );
    const scratchOf = ({ plan }: Program) =>
      new Map(
        Object.entries(plan.scratch ?? {}).map(([name, bytes]) => [
          name,
          make(bytes, storage | copyDestination | indirect),
        ]),
      );
    this.#scratch = { candidate: scratchOf(programs.candidate), yardstick: scratchOf(programs.yardstick) };
    this.#poison = new PoisonPool(gpu, outputSizes, typical, random);
    const total = sizes.reduce((sum, [, size]) => sum + 4 * size, 0);
    this.#staging = make(total, mapRead | copyDestination);
  }

  get setCount(): number {
    return this.#inputs.length;
  }

  /** Draws new poisons for the batch that comes. */
  beginBatch(): void {
    this.#poison.redraw();
    this.#kept = undefined;
  }

  /** Encodes what comes before a run and is not timed: fresh poison in the outputs, zeros in the scratch. */
  encodePreparation(encoder: GPUCommandEncoder, run: Run): void {
    const poison = this.#poison.choose();
    this.#poison.fill(encoder, this.#outputs[run.set]!, poison);
    for (const buffer of this.#scratch[run.contestant].values()) encoder.clearBuffer(buffer);
    if (run.isKept) this.#kept = { set: run.set, poison };
  }

  /** Encodes the run: all dispatches in one compute pass. */
  encodeRun(encoder: GPUCommandEncoder, run: Run, timestampWrites?: GPUComputePassTimestampWrites): void {
    const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites });
    for (const step of this.#programs[run.contestant].steps) {
      const { workgroups } = step.pass;
      pass.setPipeline(step.pipeline);
      pass.setBindGroup(0, this.#bindGroup(run, step));
      if ("indirect" in workgroups) {
        const counts = this.#scratch[run.contestant].get(workgroups.indirect)!;
        pass.dispatchWorkgroupsIndirect(counts, workgroups.offset ?? 0);
      } else {
        pass.dispatchWorkgroups(workgroups[0]!, workgroups[1] ?? 1, workgroups[2] ?? 1);
      }
    }
    pass.end();
  }

  /** Encodes what comes after a run: where its outputs are to be read back, they are copied away. */
  encodeKeeping(encoder: GPUCommandEncoder, run: Run): void {
    if (!run.isKept) return;
    let offset = 0;
    for (const buffer of this.#outputs[run.set]!.values()) {
      encoder.copyBufferToBuffer(buffer, 0, this.#staging, offset, buffer.size);
      offset += buffer.size;
    }
  }

  /** Reads back what the batch's kept run wrote. */
  async readKept(): Promise<KeptOutputs | undefined> {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    await waitPolitely(this.#staging.mapAsync(MAP_MODE_READ));
    const all = this.#staging.getMappedRange().slice(0);
    this.#staging.unmap();
    const outputs: Record<string, Float32Array> = {};
    let offset = 0;
    for (const [name, buffer] of this.#outputs[kept.set]!) {
      outputs[name] = new Float32Array(all, offset, buffer.size / 4);
      offset += buffer.size;
    }
    return { set: kept.set, outputs, poison: this.#poison.words(kept.poison) };
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
    this.#poison.destroy();
  }

  #bindGroup({ contestant, set }: Run, step: Step): GPUBindGroup {
    const key = `${contestant} ${set}`;
    let groups = this.#bindGroups.get(key);
    if (groups === undefined) {
      groups = new Map();
      this.#bindGroups.set(key, groups);
    }
    let group = groups.get(step);
    if (group === undefined) {
      const buffers = new Map([...this.#inputs[set]!, ...this.#outputs[set]!, ...this.#scratch[contestant]]);
      const entries = step.buffers.map(({ binding, name }) => ({ binding, resource: { buffer: buffers.get(name)! } }));
      group = this.gpu.createBindGroup({ layout: step.layout, entries });
      groups.set(step, group);
    }
    return group;
  }
}
