import type { Pass, Plan } from "../submission/plan.ts";
import { asksLengthOf } from "./array-length.ts";
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

/** A pass and what is compiled for it. */
export interface Step {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** For each binding, whether the kernel may ask for its length, so that it must be bound at its exact size. */
  readonly hasLength: readonly boolean[];
}

export type Compilation =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; problem: ProgramProblem };

/** A module that is being compiled. */
interface Module {
  readonly gpu: GPUShaderModule;
  readonly problem: Promise<ProgramProblem | undefined>;
  /** Of the source as it was written, where this is of another: what is wrong is said of that one. */
  readonly asWritten?: () => Module;
}

/** A pass's source: its module, and the variables that it declares. */
interface Source {
  readonly module: Module;
  readonly variables: ResourceVariables;
  readonly asksLength: (variable: string) => boolean;
}

/** Compiles plans for one device. The same source is one module, the same pass one pipeline, whatever the shape. */
export class Compiler {
  readonly #device: Device;
  readonly #inputs: ReadonlySet<string>;
  readonly #sources = new Map<string, Source>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline | ProgramProblem>>();
  readonly #compiling = new WeakMap<Plan, Promise<Compilation>>();
  readonly #compiled = new WeakMap<Plan, Compilation>();

  /** @param inputs names of the task's inputs, which kernels may only read */
  constructor(device: Device, inputs: Iterable<string>) {
    this.#device = device;
    this.#inputs = new Set(inputs);
  }

  /**
   * Compiles all of a plan's passes. Everything that is to be compiled has been given to the driver, which does it on
   * threads of its own, by the time that this returns its promise.
   */
  compile(plan: Plan): Promise<Compilation> {
    let compiling = this.#compiling.get(plan);
    if (compiling === undefined) {
      compiling = this.#compile(plan);
      this.#compiling.set(plan, compiling);
    }
    return compiling;
  }

  /** What came of `compile`, once it is known. */
  compiled(plan: Plan): Compilation | undefined {
    return this.#compiled.get(plan);
  }

  async #compile(plan: Plan): Promise<Compilation> {
    const compilation = await this.#compileSteps(plan);
    this.#compiled.set(plan, compilation);
    return compilation;
  }

  async #compileSteps(plan: Plan): Promise<Compilation> {
    const made = plan.passes.map((pass, index) => this.#step(pass, index));
    // After the first that fails nobody asks for the others.
    for (const one of made) one.catch(() => {});
    const steps: Step[] = [];
    for (const one of made) {
      const step = await one;
      if ("verdict" in step) return { ok: false, problem: step };
      steps.push(step);
    }
    return { ok: true, program: { plan, steps } };
  }

  async #step(pass: Pass, index: number): Promise<Step | ProgramProblem> {
    const { module, variables, asksLength } = this.#source(pass.code);
    const problem = this.#bindingProblem(pass, index, variables);
    if (problem !== undefined) return (await problemOf(module)) ?? problem;
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
    if ("verdict" in result) return result;
    const hasLength = pass.bindings.map((_, binding) =>
      variables.storage.some((variable) => variable.binding === binding && asksLength(variable.name)),
    );
    return { pass, pipeline: result, layout, hasLength };
  }

  #source(code: string): Source {
    let source = this.#sources.get(code);
    if (source === undefined) {
      source = {
        module: this.#makeModule(code),
        variables: resourceVariables(code),
        asksLength: asksLengthOf(code),
      };
      this.#sources.set(code, source);
    }
    return source;
  }

  #makeModule(code: string): Module {
    const initialised = initialiseLoopVariables(code);
    const module = this.#moduleOf(initialised);
    if (initialised === code) return module;
    let asWritten: Module | undefined;
    return {
      ...module,
      asWritten: () => {
        asWritten ??= this.#moduleOf(code);
        return asWritten;
      },
    };
  }

  #moduleOf(code: string): Module {
    const { gpu } = this.#device;
    gpu.pushErrorScope("validation");
    const module = gpu.createShaderModule({ code });
    const told = Promise.all([module.getCompilationInfo(), gpu.popErrorScope()]);
    return { gpu: module, problem: waitPolitely(told).then(([info, error]) => moduleProblem(code, info, error)) };
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
    module: Module,
    layout: GPUBindGroupLayout,
  ): Promise<GPUComputePipeline | ProgramProblem> {
    const { gpu } = this.#device;
    gpu.pushErrorScope("validation");
    const pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [layout] });
    const layoutError = gpu.popErrorScope();
    // Asked for before it is known whether the module and the layout are good for anything: the driver need not wait.
    const pipeline = gpu
      .createComputePipelineAsync({
        layout: pipelineLayout,
        compute: {
          module: module.gpu,
          ...(pass.entryPoint === undefined ? {} : { entryPoint: pass.entryPoint }),
          ...(pass.constants === undefined ? {} : { constants: pass.constants }),
        },
      })
      .catch((error: unknown) => pipelineProblem(error, pass, index));
    const [moduleProblem, invalid, made] = await waitPolitely(Promise.all([module.problem, layoutError, pipeline]));
    if (moduleProblem !== undefined) {
      return module.asWritten === undefined ? moduleProblem : this.#pipeline(pass, index, module.asWritten(), layout);
    }
    if (invalid !== null) return { verdict: "plan-error", message: plainMessage(invalid.message) };
    return made;
  }
}

async function problemOf({ problem, asWritten }: Module): Promise<ProgramProblem | undefined> {
  const found = await problem;
  return found === undefined || asWritten === undefined ? found : asWritten().problem;
}

function moduleProblem(code: string, info: GPUCompilationInfo, error: GPUError | null): ProgramProblem | undefined {
  const message = info.messages.find(({ type }) => type === "error");
  if (message !== undefined) {
    const { lineNum: line, linePos: column, length } = message;
    return { verdict: "compile-error", message: message.message, place: { code, line, column, length } };
  }
  return error === null ? undefined : { verdict: "compile-error", message: plainMessage(error.message) };
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
