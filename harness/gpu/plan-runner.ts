import type { Tensors } from "../../reference/oracle.ts";
import type { Plan } from "../task/plan.ts";
import { bufferUsage, MAP_MODE_READ } from "./buffer-usage.ts";
import type { Program, Step } from "./program.ts";

/** A tensor or scratch buffer on the GPU, followed by its guard zone if it has one. */
export interface PlanBuffer {
  readonly gpu: GPUBuffer;
  readonly bytes: number;
  readonly zoneBytes: number;
}

export type NamedBuffers = ReadonlyMap<string, PlanBuffer>;

type Bytes = Readonly<Record<string, number>>;

/** Words behind tensors and scratch, by name. */
export type GuardZones = Readonly<Record<string, Uint32Array>>;

/** Allocates the buffers that plans bind, and destroys them together. */
export class PlanBuffers {
  readonly #gpu: GPUDevice;
  readonly #zones: GuardZones;
  readonly #all: GPUBuffer[] = [];

  constructor(gpu: GPUDevice, zones: GuardZones = {}) {
    this.#gpu = gpu;
    this.#zones = zones;
  }

  inputs(tensors: Tensors): NamedBuffers {
    const { storage, copyDestination } = bufferUsage;
    return named(tensors, (name, values) => {
      const buffer = this.#allocate(name, values.byteLength, storage | copyDestination);
      this.#gpu.queue.writeBuffer(buffer.gpu, 0, values as GPUAllowSharedBufferSource);
      return buffer;
    });
  }

  outputs(bytes: Bytes): NamedBuffers {
    const { storage, copySource, copyDestination } = bufferUsage;
    return named(bytes, (name, size) => this.#allocate(name, size, storage | copySource | copyDestination));
  }

  scratch({ scratch = {} }: Plan): NamedBuffers {
    const { storage, copySource, copyDestination, indirect } = bufferUsage;
    const usage = storage | copySource | copyDestination | indirect;
    return named(scratch, (name, size) => this.#allocate(name, size, usage));
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
  }

  #allocate(name: string, bytes: number, usage: number): PlanBuffer {
    // A plan may name a scratch buffer "constructor".
    const wanted = Object.hasOwn(this.#zones, name) ? this.#zones[name] : undefined;
    // Buffers of the largest bindable size have no room for a zone.
    const hasRoom = bytes + (wanted?.byteLength ?? 0) <= this.#gpu.limits.maxStorageBufferBindingSize;
    const zone = hasRoom ? wanted : undefined;
    const zoneBytes = zone?.byteLength ?? 0;
    const gpu = this.#gpu.createBuffer({ size: bytes + zoneBytes, usage });
    this.#all.push(gpu);
    if (zone !== undefined) this.#gpu.queue.writeBuffer(gpu, bytes, zone as GPUAllowSharedBufferSource);
    return { gpu, bytes, zoneBytes };
  }
}

function named<T>(record: Readonly<Record<string, T>>, make: (name: string, value: T) => PlanBuffer): NamedBuffers {
  return new Map(Object.entries(record).map(([name, value]) => [name, make(name, value)]));
}

/** Whether kernels see buffers at their own size, or with guard zones. */
export type Binding = "exact" | "guarded";

/** Binds compiled plans to one set of buffers, and encodes their runs. */
export class PlanRunner {
  readonly #gpu: GPUDevice;
  readonly #buffers: NamedBuffers;
  /** Created for the first run of their kind. A step's bind group fits its own pipeline only. */
  readonly #bindGroups = { exact: new Map<Step, GPUBindGroup>(), guarded: new Map<Step, GPUBindGroup>() };

  /** @param buffers by the names that the plans use: tensors and scratch */
  constructor(gpu: GPUDevice, buffers: NamedBuffers) {
    this.#gpu = gpu;
    this.#buffers = buffers;
  }

  /** Encodes a run: all dispatches in one compute pass. */
  encode(
    encoder: GPUCommandEncoder,
    program: Program,
    passDescriptor: GPUComputePassDescriptor = {},
    binding: Binding = "exact",
  ): void {
    const pass = encoder.beginComputePass(passDescriptor);
    for (const step of program.steps) this.#dispatch(pass, step, binding);
    pass.end();
  }

  /** Encodes one step, in a compute pass of its own. */
  encodeStep(encoder: GPUCommandEncoder, step: Step, passDescriptor: GPUComputePassDescriptor): void {
    const pass = encoder.beginComputePass(passDescriptor);
    this.#dispatch(pass, step, "exact");
    pass.end();
  }

  #dispatch(pass: GPUComputePassEncoder, step: Step, binding: Binding): void {
    const { workgroups } = step.pass;
    pass.setPipeline(step.pipeline);
    pass.setBindGroup(0, this.#bindGroup(step, binding));
    if ("indirect" in workgroups) {
      pass.dispatchWorkgroupsIndirect(this.#buffers.get(workgroups.indirect)!.gpu, workgroups.offset ?? 0);
    } else {
      pass.dispatchWorkgroups(workgroups[0]!, workgroups[1] ?? 1, workgroups[2] ?? 1);
    }
  }

  #bindGroup(step: Step, binding: Binding): GPUBindGroup {
    const known = this.#bindGroups[binding].get(step);
    if (known !== undefined) return known;
    const { layout, buffers } = step;
    const entries = buffers.map(({ binding: index, name, hasLength }) => {
      const { gpu: buffer, bytes, zoneBytes } = this.#buffers.get(name)!;
      const isExact = binding === "exact" || hasLength;
      return { binding: index, resource: { buffer, size: isExact ? bytes : bytes + zoneBytes } };
    });
    const made = this.#gpu.createBindGroup({ layout, entries });
    this.#bindGroups[binding].set(step, made);
    return made;
  }
}

/** Encodes that buffers are zeroed up to their guard zones. */
export function encodeClear(encoder: GPUCommandEncoder, buffers: Iterable<PlanBuffer>): void {
  for (const { gpu, bytes } of buffers) encoder.clearBuffer(gpu, 0, bytes);
}

/** A part of a buffer to read back. */
export interface ReadPart {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** All of a tensor, without its guard zone. */
export function tensorPart({ gpu, bytes }: PlanBuffer): ReadPart {
  return { buffer: gpu, offset: 0, bytes };
}

/** The guard zone behind a buffer. */
export function zonePart({ gpu, bytes, zoneBytes }: PlanBuffer): ReadPart {
  return { buffer: gpu, offset: bytes, bytes: zoneBytes };
}

export function sumOfBytes(parts: readonly ReadPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Staging memory for read-back: the same parts of one run, or of several in a row. */
export class Staging {
  readonly #buffer: GPUBuffer;

  constructor(gpu: GPUDevice, bytes: number) {
    this.#buffer = gpu.createBuffer({ size: bytes, usage: bufferUsage.mapRead | bufferUsage.copyDestination });
  }

  /** @param run its number among those read back together */
  encodeCopies(encoder: GPUCommandEncoder, parts: readonly ReadPart[], run = 0): void {
    let at = run * sumOfBytes(parts);
    for (const { buffer, offset, bytes } of parts) {
      encoder.copyBufferToBuffer(buffer, offset, this.#buffer, at, bytes);
      at += bytes;
    }
  }

  /** Resolves when all submitted copies can be read. */
  map(): Promise<void> {
    return this.#buffer.mapAsync(MAP_MODE_READ);
  }

  /** @returns the bytes of each part, per run */
  take(parts: readonly ReadPart[], runs = 1): ArrayBuffer[][] {
    const mapped = this.#buffer.getMappedRange(0, runs * sumOfBytes(parts));
    let at = 0;
    const taken = Array.from({ length: runs }, () =>
      parts.map(({ bytes }) => {
        at += bytes;
        return mapped.slice(at - bytes, at);
      }),
    );
    this.#buffer.unmap();
    return taken;
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}
