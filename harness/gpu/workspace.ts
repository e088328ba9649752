import { setImmediate as eventLoopTurn } from "node:timers/promises";
import type { Tensor, Tensors } from "../../reference/oracle.ts";
import type { Plan } from "../submission/plan.ts";
import { bufferUsage, MAP_MODE_READ } from "./buffer-usage.ts";
import type { Device } from "./device.ts";
import { waitPolitely } from "./polite-wait.ts";
import { type Program, type ProgramProblem, plainMessage, type Step } from "./program.ts";
import { watchReadBack } from "./read-back.ts";

/** The buffers of one problem on the GPU, and the plan's scratch. */
export class Workspace {
  readonly #device: Device;
  readonly #gpu: GPUDevice;
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #outputs: ReadonlyMap<string, GPUBuffer>;
  readonly #scratch: readonly GPUBuffer[];
  /** Takes the outputs of one run after the other. */
  readonly #staging: GPUBuffer;
  readonly #outputBytes: number;
  /** Made for the first run, and used by the others. */
  readonly #bindGroups = new Map<Step, GPUBindGroup>();
  /** What was wrong with the buffers, as a run tells. */
  readonly #problem: Promise<ProgramProblem | undefined>;

  /**
   * Makes the buffers and uploads the inputs.
   *
   * @param outputBytes sizes of the outputs
   * @param runsAtOnce the most poisons that `run` is given
   */
  constructor(
    device: Device,
    inputs: Tensors,
    outputBytes: Readonly<Record<string, number>>,
    plan: Plan,
    runsAtOnce = 1,
  ) {
    const { gpu } = device;
    this.#device = device;
    this.#gpu = gpu;
    const { storage, copySource, copyDestination, indirect, mapRead } = bufferUsage;
    gpu.pushErrorScope("out-of-memory");
    gpu.pushErrorScope("validation");
    const make = (name: string, size: number, usage: number): GPUBuffer => {
      const buffer = gpu.createBuffer({ size, usage });
      this.#buffers.set(name, buffer);
      return buffer;
    };
    for (const [name, values] of Object.entries(inputs)) {
      const buffer = make(name, values.byteLength, storage | copyDestination);
      gpu.queue.writeBuffer(buffer, 0, values as GPUAllowSharedBufferSource);
    }
    const usage = storage | copyDestination | copySource;
    this.#outputs = new Map(Object.entries(outputBytes).map(([name, bytes]) => [name, make(name, bytes, usage)]));
    this.#scratch = Object.entries(plan.scratch ?? {}).map(([name, bytes]) => make(name, bytes, usage | indirect));
    this.#outputBytes = Object.values(outputBytes).reduce((sum, bytes) => sum + bytes, 0);
    this.#staging = gpu.createBuffer({ size: runsAtOnce * this.#outputBytes, usage: mapRead | copyDestination });
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
    const gpu = this.#gpu;
    gpu.pushErrorScope("out-of-memory");
    gpu.pushErrorScope("validation");
    const { kernelClock } = this.#device;
    const passes = meanwhile === undefined ? [] : kernelClock.takePasses(poisons.length);
    let submittedMs: number | undefined;
    for (const [index, poison] of poisons.entries()) {
      for (const [name, buffer] of this.#outputs) {
        gpu.queue.writeBuffer(buffer, 0, poison[name] as GPUAllowSharedBufferSource);
      }
      const commands = this.#commands(program, kernelClock.passDescriptor(passes[index]), index * this.#outputBytes);
      submittedMs ??= performance.now();
      gpu.queue.submit([commands]);
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
      await eventLoopTurn();
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
    return this.#takeOutputs(poisons.length);
  }

  #commands(program: Program, passDescriptor: GPUComputePassDescriptor, stagingOffset: number): GPUCommandBuffer {
    const encoder = this.#gpu.createCommandEncoder();
    for (const buffer of this.#scratch) encoder.clearBuffer(buffer);
    this.#encode(program, encoder.beginComputePass(passDescriptor));
    let offset = stagingOffset;
    for (const buffer of this.#outputs.values()) {
      encoder.copyBufferToBuffer(buffer, 0, this.#staging, offset, buffer.size);
      offset += buffer.size;
    }
    return encoder.finish();
  }

  #encode(program: Program, pass: GPUComputePassEncoder): void {
    for (const step of program.steps) {
      const { workgroups } = step.pass;
      pass.setPipeline(step.pipeline);
      pass.setBindGroup(0, this.#bindGroup(step));
      if ("indirect" in workgroups) {
        pass.dispatchWorkgroupsIndirect(this.#buffers.get(workgroups.indirect)!, workgroups.offset ?? 0);
      } else {
        pass.dispatchWorkgroups(workgroups[0]!, workgroups[1] ?? 1, workgroups[2] ?? 1);
      }
    }
    pass.end();
  }

  #bindGroup(step: Step): GPUBindGroup {
    const known = this.#bindGroups.get(step);
    if (known !== undefined) return known;
    const { layout, buffers } = step;
    const entries = buffers.map(({ binding, name }) => ({ binding, resource: { buffer: this.#buffers.get(name)! } }));
    const made = this.#gpu.createBindGroup({ layout, entries });
    this.#bindGroups.set(step, made);
    return made;
  }

  /** Copies the outputs out of the staging buffer, which is mapped. */
  #takeOutputs(runs: number): Record<string, Float32Array>[] {
    const all = this.#staging.getMappedRange(0, runs * this.#outputBytes).slice(0);
    this.#staging.unmap();
    let offset = 0;
    return Array.from({ length: runs }, () => {
      const outputs: Record<string, Float32Array> = {};
      for (const [name, buffer] of this.#outputs) {
        outputs[name] = new Float32Array(all, offset, buffer.size / 4);
        offset += buffer.size;
      }
      return outputs;
    });
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#staging.destroy();
  }
}
