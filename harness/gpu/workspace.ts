import { platform } from "#platform";
import type { Tensor, Tensors } from "../../reference/oracle.ts";
import type { Plan } from "../task/plan.ts";
import { bufferUsage, MAP_MODE_READ } from "./buffer-usage.ts";
import type { Device } from "./device.ts";
import { waitPolitely } from "./polite-wait.ts";
import { type Program, type ProgramProblem, plainMessage, type Step } from "./program.ts";
import { watchReadBack } from "./read-back.ts";

/** Words that lie behind tensors and scratch, by name. */
export type GuardZones = Readonly<Record<string, Uint32Array>>;

/** What a run wrote: to each output, and behind outputs and scratch. */
export interface GuardedOutputs {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly zones: GuardZones;
}

/** Whether kernels see tensors at their own size, or with the guard zones behind them. */
type Binding = "exact" | "guarded";

/** A tensor or scratch on the GPU, with its guard zone behind it, if it has one. */
interface GuardedBuffer {
  readonly gpu: GPUBuffer;
  readonly bytes: number;
  readonly zoneBytes: number;
}

/** A part of a buffer that is read back. */
interface ReadPart {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** The buffers of one problem on the GPU, and the plan's scratch. */
export class Workspace {
  readonly #device: Device;
  readonly #gpu: GPUDevice;
  readonly #buffers = new Map<string, GuardedBuffer>();
  readonly #outputs: readonly string[];
  readonly #scratch: readonly string[];
  /** Takes the outputs of one run after the other. */
  readonly #staging: GPUBuffer;
  /** Made for the first run of their kind, and used by the others. */
  readonly #bindGroups = { exact: new Map<Step, GPUBindGroup>(), guarded: new Map<Step, GPUBindGroup>() };
  /** What was wrong with the buffers, as a run tells. */
  readonly #problem: Promise<ProgramProblem | undefined>;

  /**
   * Makes the buffers and uploads the inputs.
   *
   * @param outputBytes sizes of the outputs
   * @param runsAtOnce the most poisons that `run` is given
   * @param zones what lies behind the tensors and the scratch; where it is missing, `runGuarded` cannot be called
   */
  constructor(
    device: Device,
    inputs: Tensors,
    outputBytes: Readonly<Record<string, number>>,
    plan: Plan,
    runsAtOnce = 1,
    zones: GuardZones = {},
  ) {
    const { gpu } = device;
    this.#device = device;
    this.#gpu = gpu;
    const { storage, copySource, copyDestination, indirect, mapRead } = bufferUsage;
    gpu.pushErrorScope("out-of-memory");
    gpu.pushErrorScope("validation");
    const make = (name: string, bytes: number, usage: number): GPUBuffer => {
      // The largest buffers that can be bound have no room for a zone.
      const hasRoom = bytes + (zones[name]?.byteLength ?? 0) <= gpu.limits.maxStorageBufferBindingSize;
      const zone = hasRoom ? zones[name] : undefined;
      const zoneBytes = zone?.byteLength ?? 0;
      const buffer = gpu.createBuffer({ size: bytes + zoneBytes, usage });
      if (zone !== undefined) gpu.queue.writeBuffer(buffer, bytes, zone as GPUAllowSharedBufferSource);
      this.#buffers.set(name, { gpu: buffer, bytes, zoneBytes });
      return buffer;
    };
    for (const [name, values] of Object.entries(inputs)) {
      const buffer = make(name, values.byteLength, storage | copyDestination);
      gpu.queue.writeBuffer(buffer, 0, values as GPUAllowSharedBufferSource);
    }
    const usage = storage | copyDestination | copySource;
    this.#outputs = Object.keys(outputBytes);
    for (const [name, bytes] of Object.entries(outputBytes)) make(name, bytes, usage);
    this.#scratch = Object.keys(plan.scratch ?? {});
    for (const [name, bytes] of Object.entries(plan.scratch ?? {})) make(name, bytes, usage | indirect);
    const outputSize = sumOfBytes(this.#outputParts());
    this.#staging = gpu.createBuffer({
      size: Math.max(runsAtOnce * outputSize, outputSize + sumOfBytes(this.#zoneParts())),
      usage: mapRead | copyDestination,
    });
    this.#problem = Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]).then(([invalid, exhausted]) => {
      const error = exhausted ?? invalid;
      if (error === null) return undefined;
      return { verdict: "memory-limit", message: `The GPU cannot hold the buffers: ${plainMessage(error.message)}` };
    });
    this.#problem.catch(() => {});
  }

  /**
   * Runs a program once for each poison: poisons the outputs, zeroes the scratch, dispatches every pass in one compute
   * pass, and reads the outputs back. All runs are submitted before any has ended. Fails with `memory-limit` where the
   * GPU had no room for the buffers.
   *
   * @param poisons what each output holds before each run
   * @param meanwhile done while the GPU is at work
   * @returns the outputs of each run
   */
  async run(
    program: Program,
    poisons: readonly Readonly<Record<string, Tensor>>[],
    meanwhile?: () => void,
  ): Promise<readonly Record<string, Float32Array>[] | ProgramProblem> {
    const parts = this.#outputParts();
    const ran = await this.#run(program, "exact", parts, poisons, meanwhile);
    if ("verdict" in ran) return ran;
    return ran.map((words) => this.#outputsIn(words));
  }

  /**
   * Runs a program once, with every buffer bound at its size and its guard zone's, but for those whose length a kernel
   * asks for: what a kernel does past the end of a tensor happens in the zone. An index beyond the zone means the
   * zone's last element. As `run` otherwise; only the first guarded run of a workspace finds the zones as they were.
   */
  async runGuarded(
    program: Program,
    poison: Readonly<Record<string, Tensor>>,
    meanwhile?: () => void,
  ): Promise<GuardedOutputs | ProgramProblem> {
    const parts = [...this.#outputParts(), ...this.#zoneParts()];
    const ran = await this.#run(program, "guarded", parts, [poison], meanwhile);
    if ("verdict" in ran) return ran;
    const found = ran[0]!.slice(this.#outputs.length);
    const zones = this.#guarded().map((name, index) => [name, new Uint32Array(found[index]!)] as const);
    return { outputs: this.#outputsIn(ran[0]!), zones: Object.fromEntries(zones) };
  }

  /** @returns for each run, the bytes of each part */
  async #run(
    program: Program,
    binding: Binding,
    parts: readonly ReadPart[],
    poisons: readonly Readonly<Record<string, Tensor>>[],
    meanwhile?: () => void,
  ): Promise<readonly ArrayBuffer[][] | ProgramProblem> {
    const gpu = this.#gpu;
    gpu.pushErrorScope("out-of-memory");
    gpu.pushErrorScope("validation");
    const { kernelClock } = this.#device;
    const passes = meanwhile === undefined ? [] : kernelClock.takePasses(poisons.length);
    let submittedMs: number | undefined;
    for (const [index, poison] of poisons.entries()) {
      for (const name of this.#outputs) {
        gpu.queue.writeBuffer(this.#buffers.get(name)!.gpu, 0, poison[name] as GPUAllowSharedBufferSource);
      }
      const encoder = gpu.createCommandEncoder();
      for (const name of this.#scratch) {
        const { gpu: buffer, bytes } = this.#buffers.get(name)!;
        encoder.clearBuffer(buffer, 0, bytes);
      }
      this.#encode(program, binding, encoder.beginComputePass(kernelClock.passDescriptor(passes[index])));
      this.#encodeReading(encoder, parts, index * sumOfBytes(parts));
      submittedMs ??= performance.now();
      gpu.queue.submit([encoder.finish()]);
    }
    // All that there is to wait for is asked for at once: each wait costs a turn of Dawn's event loop.
    const readBack = watchReadBack(this.#device, gpu.queue.onSubmittedWorkDone());
    let endedMs: number | undefined;
    const end = (failure?: Error) => {
      readBack.end();
      endedMs = performance.now();
      return failure;
    };
    // Buffers that there was no room for cannot be mapped either: what is wrong with them says more.
    const ended = this.#staging.mapAsync(MAP_MODE_READ).then(() => end(), end);
    const told = Promise.all([gpu.popErrorScope(), gpu.popErrorScope(), this.#problem, ended]);
    // A device may be lost before anybody waits.
    told.catch(() => {});
    let unseenMs = 0;
    if (meanwhile !== undefined) {
      meanwhile();
      const doneMs = performance.now();
      await platform.eventLoopTurn();
      // Nobody saw when the GPU was done, if it was by now.
      if (endedMs !== undefined) unseenMs = doneMs - submittedMs!;
    }
    const [invalid, exhausted, problem, failure] = await waitPolitely(told);
    const windowMs = endedMs! - submittedMs!;
    kernelClock.add(windowMs - unseenMs, windowMs, passes);
    if (problem !== undefined) return problem;
    if (exhausted !== null) return { verdict: "memory-limit", message: plainMessage(exhausted.message) };
    if (invalid !== null) return { verdict: "plan-error", message: plainMessage(invalid.message) };
    if (failure !== undefined) throw failure;
    return this.#takeParts(parts, poisons.length);
  }

  #encode(program: Program, binding: Binding, pass: GPUComputePassEncoder): void {
    for (const step of program.steps) {
      const { workgroups } = step.pass;
      pass.setPipeline(step.pipeline);
      pass.setBindGroup(0, this.#bindGroup(step, binding));
      if ("indirect" in workgroups) {
        pass.dispatchWorkgroupsIndirect(this.#buffers.get(workgroups.indirect)!.gpu, workgroups.offset ?? 0);
      } else {
        pass.dispatchWorkgroups(workgroups[0]!, workgroups[1] ?? 1, workgroups[2] ?? 1);
      }
    }
    pass.end();
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

  #outputParts(): ReadPart[] {
    return this.#outputs.map((name) => {
      const { gpu: buffer, bytes } = this.#buffers.get(name)!;
      return { buffer, offset: 0, bytes };
    });
  }

  /** Names of what a kernel may write to and has a zone behind it. */
  #guarded(): string[] {
    return [...this.#outputs, ...this.#scratch].filter((name) => this.#buffers.get(name)!.zoneBytes > 0);
  }

  #zoneParts(): ReadPart[] {
    return this.#guarded().map((name) => {
      const { gpu: buffer, bytes, zoneBytes } = this.#buffers.get(name)!;
      return { buffer, offset: bytes, bytes: zoneBytes };
    });
  }

  #encodeReading(encoder: GPUCommandEncoder, parts: readonly ReadPart[], stagingOffset: number): void {
    let at = stagingOffset;
    for (const { buffer, offset, bytes } of parts) {
      encoder.copyBufferToBuffer(buffer, offset, this.#staging, at, bytes);
      at += bytes;
    }
  }

  /** Copies the parts out of the staging buffer, which is mapped. */
  #takeParts(parts: readonly ReadPart[], runs: number): ArrayBuffer[][] {
    const mapped = this.#staging.getMappedRange(0, runs * sumOfBytes(parts));
    let at = 0;
    const taken = Array.from({ length: runs }, () =>
      parts.map(({ bytes }) => {
        at += bytes;
        return mapped.slice(at - bytes, at);
      }),
    );
    this.#staging.unmap();
    return taken;
  }

  #outputsIn(parts: readonly ArrayBuffer[]): Record<string, Float32Array> {
    return Object.fromEntries(this.#outputs.map((name, index) => [name, new Float32Array(parts[index]!)]));
  }

  destroy(): void {
    for (const { gpu } of this.#buffers.values()) gpu.destroy();
    this.#staging.destroy();
  }
}

function sumOfBytes(parts: readonly ReadPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
