import { fixedLimits } from "../task/limits.ts";
import type { Pass, Plan } from "../task/plan.ts";
import { shorten } from "../text/printable.ts";
import { asksLengthOf } from "../wgsl/array-length.ts";
import { type DeclaredVariable, variableAt } from "../wgsl/declared-variables.ts";
import { initialiseLoopVariables } from "../wgsl/loop-variables.ts";
import { compileAdvice } from "./compile-advice.ts";
import type { Device } from "./device.ts";
import { pipelineProblem } from "./pipeline-problem.ts";
import { waitPolitely } from "./polite-wait.ts";
import { type UsedBinding, usedBindings } from "./used-bindings.ts";

/** The reason why a plan's kernels cannot run. `place` is in the WGSL source of the pass, 1-based. */
export interface ProgramProblem {
  readonly verdict: "compile-error" | "plan-error" | "memory-limit";
  readonly message: string;
  readonly place?: { readonly code: string; readonly line: number; readonly column: number; readonly length: number };
}

/** A plan with its compiled kernels. */
export interface Program {
  readonly plan: Plan;
  readonly steps: readonly Step[];
}

/** A pass and its compiled pipeline. */
export interface Step {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** The layout's entries: the pass's bindings that its kernel uses. */
  readonly buffers: readonly StepBuffer[];
}

/** A buffer that a pass binds. */
export interface StepBuffer {
  readonly binding: number;
  readonly name: string;
  /** Whether the kernel may query its length, so that it must be bound at its exact size. */
  readonly hasLength: boolean;
}

export type Compilation =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; problem: ProgramProblem };

/** A module in compilation. */
interface Module {
  readonly gpu: GPUShaderModule;
  readonly problem: Promise<ProgramProblem | undefined>;
  /** That of the source as written, if this one's source was edited: errors are reported for that one. */
  readonly asWritten?: () => Module;
}

/** A distinct WGSL source. Keys use its number: a plan may use the same megabyte in thousands of passes. */
interface Source {
  readonly number: number;
  readonly module: Module;
  readonly asksLength: ReturnType<typeof asksLengthOf>;
}

/** A pipeline, and the bindings that its entry point uses. */
interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly used: readonly UsedBinding[];
}

/** Compiles plans for one device: one module per source, one pipeline per distinct pass, for all shapes. */
export class Compiler {
  readonly #device: Device;
  readonly #inputs: ReadonlySet<string>;
  readonly #sources = new Map<string, Source>();
  readonly #kernels = new Map<string, Promise<CompiledKernel | ProgramProblem>>();
  /** By source and entry point: constants do not change it. */
  readonly #used = new Map<string, Promise<readonly UsedBinding[]>>();
  readonly #compiling = new WeakMap<Plan, Promise<Compilation>>();
  readonly #compiled = new WeakMap<Plan, Compilation>();

  /** @param inputs names of the task's inputs, which are read-only for kernels */
  constructor(device: Device, inputs: Iterable<string>) {
    this.#device = device;
    this.#inputs = new Set(inputs);
  }

  /**
   * Compiles all of a plan's passes. By the time this returns its promise, all sources have been passed to the driver,
   * which compiles them on its own threads.
   */
  compile(plan: Plan): Promise<Compilation> {
    let compiling = this.#compiling.get(plan);
    if (compiling === undefined) {
      compiling = this.#compile(plan);
      this.#compiling.set(plan, compiling);
    }
    return compiling;
  }

  /** Whether `compile` would parse a source on this thread, which may take a long time. */
  parses({ passes }: Plan): boolean {
    return passes.some(({ code }) => !this.#sources.has(code));
  }

  /** The result of `compile`, once known. */
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
    // After the first failure, the other results are not needed.
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
    const source = this.#source(pass.code);
    const key = JSON.stringify([source.number, pass.entryPoint, pass.constants]);
    let compiling = this.#kernels.get(key);
    if (compiling === undefined) {
      compiling = this.#compileKernel(pass, index, source);
      this.#kernels.set(key, compiling);
    }
    const kernel = await compiling;
    if ("verdict" in kernel) return kernel;
    const { pipeline, used } = kernel;
    const problem = this.#bindingProblem(pass, index, used);
    if (problem !== undefined) return problem;
    const buffers = used.map((one) => ({
      binding: one.binding,
      name: pass.bindings[one.binding]!,
      hasLength: source.asksLength(() => variableAt(pass.code, pass.entryPoint, one)?.name),
    }));
    return { pass, pipeline, layout: pipeline.getBindGroupLayout(0), buffers };
  }

  #source(code: string): Source {
    let source = this.#sources.get(code);
    if (source === undefined) {
      source = { number: this.#sources.size, module: this.#makeModule(code), asksLength: asksLengthOf(code) };
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
    const results = Promise.all([module.getCompilationInfo(), gpu.popErrorScope()]);
    return { gpu: module, problem: waitPolitely(results).then(([info, error]) => moduleProblem(code, info, error)) };
  }

  #bindingProblem(pass: Pass, index: number, used: readonly UsedBinding[]): ProgramProblem | undefined {
    for (const one of used) {
      const bound = pass.bindings[one.binding];
      if (one.group !== 0) return foreign(pass, one, "is not in @group(0), the only group that plans bind");
      if (one.resource === "uniform buffer" || one.resource === "texture or sampler") {
        return foreign(pass, one, `is a ${one.resource}, but plans bind only storage buffers`);
      }
      if (bound === undefined) {
        return problemAt(pass, one, (variable) => {
          const declared = variable === undefined ? "a variable" : nameOf(variable);
          return `The kernel declares ${declared} at @binding(${one.binding}), but passes[${index}].bindings names only ${pass.bindings.length}: add the tensor for it.`;
        });
      }
      if (one.resource === "storage buffer" && this.#inputs.has(bound)) {
        return problemAt(pass, one, (variable) => {
          const own = variable === undefined ? -1 : pass.bindings.indexOf(variable.name);
          if (own >= 0 && own !== one.binding) {
            return `The kernel's ${nameOf(variable!)} is @binding(${one.binding}), but \`passes[${index}].bindings[${one.binding}]\` is \`${bound}\`. Put the names in the order of the kernel's @binding numbers.`;
          }
          const target = variable === undefined ? `@binding(${one.binding})` : nameOf(variable);
          const fix = `\`var<storage, read>${variable === undefined ? "" : ` ${shortName(variable)}`}\``;
          return `passes[${index}] binds the input \`${bound}\` to ${target}, which the kernel declares as read_write. Inputs can only be read: declare ${fix}.`;
        });
      }
    }
    return undefined;
  }

  async #compileKernel(
    pass: Pass,
    index: number,
    { number, module }: Source,
  ): Promise<CompiledKernel | ProgramProblem> {
    const pipeline = await this.#pipeline(pass, index, module);
    if ("verdict" in pipeline) return pipeline;
    const key = JSON.stringify([number, pass.entryPoint]);
    let used = this.#used.get(key);
    if (used === undefined) {
      used = usedBindings(this.#device.gpu, pipeline);
      this.#used.set(key, used);
    }
    return { pipeline, used: await used };
  }

  async #pipeline(pass: Pass, index: number, module: Module): Promise<GPUComputePipeline | ProgramProblem> {
    // Started before the module is known to be valid, so that the driver need not wait.
    const pipeline = this.#device.gpu
      .createComputePipelineAsync({
        layout: "auto",
        compute: {
          module: module.gpu,
          ...(pass.entryPoint === undefined ? {} : { entryPoint: pass.entryPoint }),
          ...(pass.constants === undefined ? {} : { constants: pass.constants }),
        },
      })
      .catch((error: unknown): ProgramProblem => {
        const message = plainMessage(error instanceof Error ? error.message : String(error));
        const found = pipelineProblem(message, pass, index);
        // An edited source has the same lines, but other columns.
        const column = module.asWritten === undefined ? found.place?.column : undefined;
        const place = found.place && { code: pass.code, line: found.place.line, column: column ?? 1, length: 1 };
        return { verdict: "compile-error", message: found.message, ...(place && { place }) };
      });
    const [moduleProblem, made] = await waitPolitely(Promise.all([module.problem, pipeline]));
    if (moduleProblem === undefined) return made;
    return module.asWritten === undefined ? moduleProblem : this.#pipeline(pass, index, module.asWritten());
  }
}

function moduleProblem(code: string, info: GPUCompilationInfo, error: GPUError | null): ProgramProblem | undefined {
  const message = info.messages.find(({ type }) => type === "error");
  if (message !== undefined) {
    const { lineNum: line, linePos: column, length } = message;
    const place = { code, line, column, length };
    return { verdict: "compile-error", message: compilerText(code, message), place };
  }
  return error === null ? undefined : { verdict: "compile-error", message: plainMessage(error.message) };
}

/** A compiler's message about a source, with advice. */
export function compilerText(code: string, { message, lineNum }: GPUCompilationMessage): string {
  // Further paragraphs list all that would have been possible.
  const said = shorten(message.split("\n\n", 1)[0]!, fixedLimits.messageChars);
  const advice = compileAdvice(said, code, lineNum);
  return advice === undefined ? said : `${said.replace(/[.:]?$/, ".")} ${advice}`;
}

function foreign(pass: Pass, used: UsedBinding, reason: string): ProgramProblem {
  return problemAt(pass, used, (variable) => {
    const which = variable === undefined ? `at @group(${used.group}) @binding(${used.binding})` : nameOf(variable);
    return `The kernel's variable ${which} ${reason}. Pass shapes and params as \`override\` constants.`;
  });
}

/** A problem with a variable that the kernel uses, at its declaration if that is found. */
function problemAt(
  { code, entryPoint }: Pass,
  used: UsedBinding,
  describe: (variable: DeclaredVariable | undefined) => string,
): ProgramProblem {
  const variable = variableAt(code, entryPoint, used);
  const message = describe(variable);
  return { verdict: "plan-error", message, ...(variable && { place: placeOf(code, variable.offset) }) };
}

const NAME_CHARS = 80;

function shortName({ name }: DeclaredVariable): string {
  return shorten(name, NAME_CHARS);
}

function nameOf(variable: DeclaredVariable): string {
  return `\`${shortName(variable)}\``;
}

/** Far more than is shown, since parts are removed. */
const READ_CHARS = 16 * fixedLimits.messageChars;

/** Dawn's names of its own objects, such as `[ShaderModule (unlabeled)]`; a candidate's names are in brackets too. */
const OBJECTS =
  / ?\[(?:(?:Compute|Shader|Bind|Pipeline|Command|Query|Texture|Buffer|Device|Adapter|Queue|Sampler)\w*)(?: \(unlabeled\)| "[^"]*")\]/g;

/** Dawn's message without its trail of internal calls, and without advice that a plan cannot follow. */
export function plainMessage(message: string): string {
  const plain = message
    .slice(0, READ_CHARS)
    .split("\n")
    .filter((line) => !/^\s*(-\s*)?(While|Expected entry point|Reflection)/.test(line) && line.trim() !== "")
    .join("\n")
    .replace(OBJECTS, "")
    .replace(/ This adapter supports a higher [^.]*\.[^.]*\./, "")
    .trim();
  return shorten(plain, fixedLimits.messageChars);
}

function placeOf(code: string, offset: number): NonNullable<ProgramProblem["place"]> {
  let line = 1;
  let start = 0;
  for (let end = code.indexOf("\n"); end >= 0 && end < offset; end = code.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { code, line, column: offset - start + 1, length: 1 };
}
