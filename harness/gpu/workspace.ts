import { platform } from "#platform";
import type { Tensor, Tensors } from "../../reference/oracle.ts";
import type { Plan } from "../task/plan.ts";
import type { Device } from "./device.ts";
import { type GpuErrors, noRoomMessage, popErrorScopes, pushErrorScopes } from "./error-scopes.ts";
import {
  type Binding,
  encodeClear,
  type GuardZones,
  type NamedBuffers,
  type PlanBuffer,
  PlanBuffers,
  PlanRunner,
  type ReadPart,
  Staging,
  sumOfBytes,
  tensorPart,
  zonePart,
} from "./plan-runner.ts";
import { waitPolitely } from "./polite-wait.ts";
import type { Program, ProgramProblem } from "./program.ts";
import { watchReadBack } from "./read-back.ts";

/** The results of a run: each output, and the zones behind outputs and scratch. */
export interface GuardedOutputs {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly zones: GuardZones;
}

export interface WorkspaceOptions {
  /** The most poisons passed to `run`; 1 by default. */
  readonly runsAtOnce?: number;
  /** The contents behind the tensors and the scratch; required by `runGuarded`. */
  readonly zones?: GuardZones;
  /** The outputs whose elements are u32. */
  readonly integers?: ReadonlySet<string>;
  /** Whether there is room to read scratch, for `runAndRead`. */
  readonly readsScratch?: boolean;
}

/** The words of an output as numbers of its type. */
export function outputOf(words: ArrayBuffer, isInteger: boolean): Tensor {
  return isInteger ? new Uint32Array(words) : new Float32Array(words);
}

/** The buffers of one problem on the GPU, and the plan's scratch. */
export class Workspace {
  readonly #device: Device;
  readonly #buffers: PlanBuffers;
  readonly #outputs: NamedBuffers;
  readonly #scratch: NamedBuffers;
  readonly #runner: PlanRunner;
  /** Reads back the outputs of successive runs. */
  readonly #staging: Staging;
  readonly #integers: ReadonlySet<string>;
  /** A problem with the buffers, which a run reports. */
  readonly #problem: Promise<ProgramProblem | undefined>;

  /**
   * Creates the buffers and uploads the inputs.
   *
   * @param outputBytes sizes of the outputs
   */
  constructor(
    device: Device,
    inputs: Tensors,
    outputBytes: Readonly<Record<string, number>>,
    plan: Plan,
    { runsAtOnce = 1, zones = {}, integers = new Set(), readsScratch = false }: WorkspaceOptions = {},
  ) {
    const { gpu } = device;
    this.#device = device;
    this.#integers = integers;
    pushErrorScopes(gpu);
    this.#buffers = new PlanBuffers(gpu, zones);
    const inputBuffers = this.#buffers.inputs(inputs);
    this.#outputs = this.#buffers.outputs(outputBytes);
    this.#scratch = this.#buffers.scratch(plan);
    this.#runner = new PlanRunner(gpu, new Map([...inputBuffers, ...this.#outputs, ...this.#scratch]));
    const outputSize = sumOfBytes(this.#outputParts());
    const largestScratch = readsScratch ? Math.max(0, ...[...this.#scratch.values()].map(({ bytes }) => bytes)) : 0;
    const guardedSize = outputSize + sumOfBytes(this.#zoneParts());
    this.#staging = new Staging(gpu, Math.max(runsAtOnce * outputSize, guardedSize, largestScratch));
    this.#problem = popErrorScopes(gpu).then(({ exhausted, invalid }) => {
      const message = exhausted ?? invalid;
      return message === undefined ? undefined : { verdict: "memory-limit", message: noRoomMessage(message) };
    });
    this.#problem.catch(() => {});
  }

  /**
   * Runs a program once for each poison: poisons the outputs, zeroes the scratch, dispatches every pass in one compute
   * pass, and reads the outputs back. All runs are submitted before any has ended. Fails with `memory-limit` if the GPU
   * had no room for the buffers.
   *
   * @param poisons the outputs' contents before each run
   * @param meanwhile called while the GPU is busy
   * @returns the outputs of each run
   */
  async run(
    program: Program,
    poisons: readonly Readonly<Record<string, Tensor>>[],
    meanwhile?: () => void,
  ): Promise<readonly Record<string, Tensor>[] | ProgramProblem> {
    const parts = this.#outputParts();
    const ran = await this.#run(program, "exact", parts, poisons, meanwhile);
    if ("verdict" in ran) return ran;
    return ran.map((words) => this.#outputsIn(words));
  }

  /**
   * Runs a program once, with every buffer bound including its guard zone, except those whose length the kernel
   * queries: accesses past the end of a tensor happen in the zone. An index beyond the zone is clamped to its last
   * element. Otherwise as `run`; only the first guarded run of a workspace starts with unchanged zones.
   */
  async runGuarded(
    program: Program,
    poison: Readonly<Record<string, Tensor>>,
    meanwhile?: () => void,
  ): Promise<GuardedOutputs | ProgramProblem> {
    const parts = [...this.#outputParts(), ...this.#zoneParts()];
    const ran = await this.#run(program, "guarded", parts, [poison], meanwhile);
    if ("verdict" in ran) return ran;
    const found = ran[0]!.slice(this.#outputs.size);
    const zones = this.#guarded().map(([name], index) => [name, new Uint32Array(found[index]!)] as const);
    return { outputs: this.#outputsIn(ran[0]!), zones: Object.fromEntries(zones) };
  }

  /** Runs a program once, and reads one output or scratch buffer. Otherwise as `run`; needs `readsScratch`. */
  async runAndRead(
    program: Program,
    poison: Readonly<Record<string, Tensor>>,
    buffer: string,
  ): Promise<ArrayBuffer | ProgramProblem> {
    const part = tensorPart((this.#scratch.get(buffer) ?? this.#outputs.get(buffer))!);
    const ran = await this.#run(program, "exact", [part], [poison]);
    return "verdict" in ran ? ran : ran[0]![0]!;
  }

  /** @returns for each run, the bytes of each part */
  async #run(
    program: Program,
    binding: Binding,
    parts: readonly ReadPart[],
    poisons: readonly Readonly<Record<string, Tensor>>[],
    meanwhile?: () => void,
  ): Promise<readonly ArrayBuffer[][] | ProgramProblem> {
    const { gpu, kernelClock } = this.#device;
    pushErrorScopes(gpu);
    const passes = meanwhile === undefined ? [] : kernelClock.takePasses(poisons.length);
    let submittedMs: number | undefined;
    for (const [index, poison] of poisons.entries()) {
      for (const [name, output] of this.#outputs) {
        gpu.queue.writeBuffer(output.gpu, 0, poison[name] as GPUAllowSharedBufferSource);
      }
      const encoder = gpu.createCommandEncoder();
      encodeClear(encoder, this.#scratch.values());
      this.#runner.encode(encoder, program, kernelClock.passDescriptor(passes[index]), binding);
      this.#staging.encodeCopies(encoder, parts, index);
      submittedMs ??= performance.now();
      gpu.queue.submit([encoder.finish()]);
    }
    // All waits are started at once: each wait costs a turn of Dawn's event loop.
    const readBack = watchReadBack(this.#device, gpu.queue.onSubmittedWorkDone());
    let endedMs: number | undefined;
    const end = (failure?: Error) => {
      readBack.end();
      endedMs = performance.now();
      return failure;
    };
    // Buffers without memory cannot be mapped either; the allocation error says more.
    const ended = this.#staging.map().then(() => end(), end);
    const results = Promise.all([popErrorScopes(gpu), this.#problem, ended]);
    // A device may be lost before the promise is awaited.
    results.catch(() => {});
    let unseenMs = 0;
    if (meanwhile !== undefined) {
      meanwhile();
      const doneMs = performance.now();
      await platform.eventLoopTurn();
      // If the GPU is done by now, the moment of its end was not observed.
      if (endedMs !== undefined) unseenMs = doneMs - submittedMs!;
    }
    const [errors, problem, failure] = await waitPolitely(results);
    const windowMs = endedMs! - submittedMs!;
    const refused = problem ?? refusedRun(errors);
    if (refused !== undefined) kernelClock.giveBackPasses(passes);
    kernelClock.add(windowMs - unseenMs, windowMs, refused === undefined ? passes : []);
    if (refused !== undefined) return refused;
    if (failure !== undefined) throw failure;
    return this.#staging.take(parts, poisons.length);
  }

  #outputParts(): ReadPart[] {
    return [...this.#outputs.values()].map(tensorPart);
  }

  /** Writable buffers with a zone behind them. */
  #guarded(): (readonly [name: string, buffer: PlanBuffer])[] {
    return [...this.#outputs, ...this.#scratch].filter(([, { zoneBytes }]) => zoneBytes > 0);
  }

  #zoneParts(): ReadPart[] {
    return this.#guarded().map(([, buffer]) => zonePart(buffer));
  }

  #outputsIn(parts: readonly ArrayBuffer[]): Record<string, Tensor> {
    return Object.fromEntries(
      [...this.#outputs.keys()].map((name, index) => [name, outputOf(parts[index]!, this.#integers.has(name))]),
    );
  }

  destroy(): void {
    this.#buffers.destroy();
    this.#staging.destroy();
  }
}

function refusedRun({ exhausted, invalid }: GpuErrors): ProgramProblem | undefined {
  if (exhausted !== undefined) return { verdict: "memory-limit", message: exhausted };
  return invalid === undefined ? undefined : { verdict: "plan-error", message: invalid };
}
