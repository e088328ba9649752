import type { Pass, Plan } from "../submission/plan.ts";
import type { Device } from "./device.ts";
import { initialiseLoopVariables } from "./loop-variables.ts";
import { waitPolitely } from "./polite-wait.ts";
import { type ResourceVariables, resourceVariables, type StorageAccess } from "./storage-access.ts";

/** Why a plan's kernels cannot run. `place` points into the WGSL source of the pass, 1-based. */
export interface ProgramProblem {
  readonly verdict: "compile-error" | "plan-error" | "memory-limit";
  readonly message: string;
  readonly place?: { readonly code: string; readonly line: number; readonly column: number; readonly length: number };
}

/** A plan whose kernels are compiled. */
export interface Program {
  readonly plan: Plan;
  readonly steps: readonly Step[];
}

interface Step {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export type Compilation =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; problem: ProgramProblem };

/** Compiles plans for one device. The same source is one module, the same pass one pipeline, whatever the shape. */
export class Compiler {
  readonly #device: Device;
  readonly #inputs: ReadonlySet<string>;
  readonly #modules = new Map<string, Promise<GPUShaderModule | ProgramProblem>>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline | ProgramProblem>>();

  /** @param inputs names of the task's inputs, which kernels may only read */
  constructor(device: Device, inputs: Iterable<string>) {
    this.#device = device;
    this.#inputs = new Set(inputs);
  }

  async compile(plan: Plan): Promise<Compilation> {
    const steps: Step[] = [];
    for (const [index, pass] of plan.passes.entries()) {
      const step = await this.#step(pass, index);
      if ("verdict" in step) return { ok: false, problem: step };
      steps.push(step);
    }
    return { ok: true, program: { plan, steps } };
  }

  async #step(pass: Pass, index: number): Promise<Step | ProgramProblem> {
    const module = await this.#module(pass.code);
    if ("verdict" in module) return module;
    const variables = resourceVariables(pass.code);
    const problem = this.#bindingProblem(pass, index, variables);
    if (problem !== undefined) return problem;
    const access = pass.bindings.map((name, binding): StorageAccess => {
      const declared = variables.storage.find((variable) => variable.binding === binding)?.access;
      return declared ?? (this.#inputs.has(name) ? "read" : "read_write");
    });
    const layout = this.#device.gpu.createBindGroupLayout({
      entries: access.map((mode, binding) => ({
        binding,
        // GPUShaderStage.COMPUTE; Dawn for Node defines the constant only once its globals are installed.
        visibility: 4,
        buffer: { type: mode === "read" ? "read-only-storage" : "storage" },
      })),
    });
    const key = JSON.stringify([pass.code, pass.entryPoint, pass.constants, access]);
    let pipeline = this.#pipelines.get(key);
    if (pipeline === undefined) {
      pipeline = this.#pipeline(pass, index, module, layout);
      this.#pipelines.set(key, pipeline);
    }
    const result = await pipeline;
    return "verdict" in result ? result : { pass, pipeline: result, layout };
  }

  #module(code: string): Promise<GPUShaderModule | ProgramProblem> {
    let module = this.#modules.get(code);
    if (module === undefined) {
      module = this.#makeModule(code);
      this.#modules.set(code, module);
    }
    return module;
  }

  async #makeModule(code: string): Promise<GPUShaderModule | ProgramProblem> {
    const initialised = initialiseLoopVariables(code);
    if (initialised !== code) {
      const module = await this.#moduleOf(initialised);
      if (!("verdict" in module)) return module;
    }
    // What is wrong is said of the source as it was written.
    return this.#moduleOf(code);
  }

  async #moduleOf(code: string): Promise<GPUShaderModule | ProgramProblem> {
    const { gpu } = this.#device;
    gpu.pushErrorScope("validation");
    const module = gpu.createShaderModule({ code });
    const [info, error] = await waitPolitely(Promise.all([module.getCompilationInfo(), gpu.popErrorScope()]));
    const message = info.messages.find(({ type }) => type === "error");
    if (message !== undefined) {
      const { lineNum: line, linePos: column, length } = message;
      return { verdict: "compile-error", message: message.message, place: { code, line, column, length } };
    }
    return error === null ? module : { verdict: "compile-error", message: plainMessage(error.message) };
  }

  #bindingProblem(pass: Pass, index: number, variables: ResourceVariables): ProgramProblem | undefined {
    for (const { name, reason, offset } of variables.foreign) {
      const message = `The kernel's variable \`${name}\` ${reason}. Shapes and params reach a kernel as \`override\` constants.`;
      return { verdict: "plan-error", message, place: placeOf(pass.code, offset) };
    }
    for (const { name, binding, access, offset } of variables.storage) {
      const bound = pass.bindings[binding];
      if (bound !== undefined && access === "read_write" && this.#inputs.has(bound)) {
        const message = `passes[${index}] binds the input \`${bound}\` to \`${name}\`, which the kernel declares as read_write. Inputs can only be read: declare \`var<storage, read> ${name}\`.`;
        return { verdict: "plan-error", message, place: placeOf(pass.code, offset) };
      }
    }
    return undefined;
  }

  async #pipeline(
    pass: Pass,
    index: number,
    module: GPUShaderModule,
    layout: GPUBindGroupLayout,
  ): Promise<GPUComputePipeline | ProgramProblem> {
    const { gpu } = this.#device;
    gpu.pushErrorScope("validation");
    const pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [layout] });
    const layoutError = await waitPolitely(gpu.popErrorScope());
    if (layoutError !== null) return { verdict: "plan-error", message: plainMessage(layoutError.message) };
    try {
      return await waitPolitely(
        gpu.createComputePipelineAsync({
          layout: pipelineLayout,
          compute: {
            module,
            ...(pass.entryPoint === undefined ? {} : { entryPoint: pass.entryPoint }),
            ...(pass.constants === undefined ? {} : { constants: pass.constants }),
          },
        }),
      );
    } catch (error) {
      return pipelineProblem(error, pass, index);
    }
  }
}

/** Says what is wrong with a pipeline in terms of the plan where that is known, else in Dawn's words. */
function pipelineProblem(error: unknown, pass: Pass, index: number): ProgramProblem {
  const message = plainMessage(error instanceof Error ? error.message : String(error));
  const used = resourceVariables(pass.code).storage.find(({ binding }) => binding >= pass.bindings.length);
  if (used !== undefined && /binding|layout/i.test(message)) {
    return {
      verdict: "plan-error",
      message: `The kernel declares \`${used.name}\` at @binding(${used.binding}), but passes[${index}].bindings names only ${pass.bindings.length}: add the tensor for it.`,
      place: placeOf(pass.code, used.offset),
    };
  }
  return { verdict: "compile-error", message: `The pipeline of passes[${index}] cannot be made: ${message}` };
}

/** Dawn's message without the trail of internal calls that led to it. */
export function plainMessage(message: string): string {
  return message
    .split("\n")
    .filter((line) => !/^\s*(-\s*)?(While|Expected entry point|Reflection)/.test(line) && line.trim() !== "")
    .join("\n")
    .replace(/\s*\[[A-Z]\w+(?: \(unlabeled\))?(?: "[^"]*")?\]/g, "")
    .trim();
}

function placeOf(code: string, offset: number): NonNullable<ProgramProblem["place"]> {
  const before = code.slice(0, offset).split("\n");
  return { code, line: before.length, column: before.at(-1)!.length + 1, length: 1 };
}
