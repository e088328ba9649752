import { type Device, openDevice } from "../../gpu/device.ts";
import { Compiler, compilerText } from "../../gpu/program.ts";
import { planKey } from "../../judge/judge-submission.ts";
import { locateInFiles } from "../../plan/locate.ts";
import { Planner } from "../../plan/planner.ts";
import type { SourceFile } from "../../plan/source-files.ts";
import type { Refusal } from "../../results/case-result.ts";
import { listCases } from "../../task/case.ts";
import { defaultLimits, timeLimits } from "../../task/limits.ts";
import type { DeviceContext, Pass, Plan } from "../../task/plan.ts";
import type { Task } from "../../task/task.ts";
import { BUNDLE_LIMIT_MS, bundleModule } from "./bundle-module.ts";
import type { CompileJob, SourceDiagnostic, StageNews } from "./check-protocol.ts";
import { memoryFolder } from "./memory-folder.ts";
import { loadTask } from "./tasks.ts";

/** Generates the drawn shapes. The others do not depend on it. */
const SEED = "compile";

/** Compiles submissions on the browser's compiler, without running them. */
export class Compilations {
  readonly #context: DeviceContext;
  readonly #send: (news: StageNews) => void;
  /** Kept, by required features: opening a device takes longer than compiling. */
  readonly #devices = new Map<string, Promise<Device>>();

  constructor(context: DeviceContext, send: (news: StageNews) => void) {
    this.#context = context;
    this.#send = send;
  }

  /**
   * All messages about a submission: of the bundler or the plan function, then of the WGSL compiler about each source,
   * then of the pipelines. Without a plan, kernels are compiled by themselves.
   */
  async compile(job: CompileJob): Promise<readonly SourceDiagnostic[]> {
    const task = await loadTask(job.family, job.task);
    const { plans, problems } = await this.#plans(job, task);
    const passes = distinctPasses(plans);
    const codes = passes.length > 0 ? passes.map(({ pass }) => pass.code) : kernelsIn(job.files);
    this.#announce("compile", 1000 * defaultLimits.compileSeconds);
    const required = [...new Set(plans.flatMap(({ requires = [] }) => requires))];
    const device = await this.#device(required.filter((feature) => this.#context.features.includes(feature)));
    const said = (await Promise.all([...new Set(codes)].map((code) => messages(device, code, job.files)))).flat();
    const found = [...problems, ...said];
    if (found.some(({ severity }) => severity === "error")) return found;
    return [...found, ...(await pipelineProblems(device, task, passes, job))];
  }

  /** The plans of all shapes, until one fails. */
  async #plans(
    job: CompileJob,
    task: Task,
  ): Promise<{ readonly plans: readonly Plan[]; readonly problems: readonly SourceDiagnostic[] }> {
    this.#announce("bundle", BUNDLE_LIMIT_MS);
    const built = await bundleModule(moduleOf(job), memoryFolder(job.files));
    if (!built.ok) {
      const problems = built.problems.map(({ message, file, line, column }) =>
        error(message, { file, line, column, length: 1 }),
      );
      return { plans: [], problems };
    }
    const planner = new Planner(built, task.spec, this.#context);
    const plans: Plan[] = [];
    const seen = new Set<string>();
    for (const { shape, params } of listCases(task, SEED)) {
      const key = planKey({ shape, params });
      if (seen.has(key)) continue;
      seen.add(key);
      this.#announce("plan", timeLimits.planMs);
      const outcome = await planner.plan(shape, params);
      if (!outcome.ok) return { plans, problems: [planProblem(outcome.refusal, job)] };
      plans.push(outcome.plan);
    }
    return { plans, problems: [] };
  }

  async #device(required: readonly string[]): Promise<Device> {
    const key = required.toSorted().join(" ");
    const known = await this.#devices.get(key);
    if (known !== undefined && !known.lost.isLost) return known;
    const opened = openDevice(required);
    this.#devices.set(key, opened);
    return opened;
  }

  #announce(stage: "bundle" | "plan" | "compile", limitMs: number): void {
    this.#send({ type: "stage", stage, limitMs, ifLate: null });
  }
}

interface PlannedPass {
  readonly plan: Plan;
  readonly pass: Pass;
}

/** A pass for each source and entry point: other shapes change constants only. */
function distinctPasses(plans: readonly Plan[]): PlannedPass[] {
  const found = new Map<string, PlannedPass>();
  for (const plan of plans) {
    for (const pass of plan.passes) {
      const key = `${pass.entryPoint ?? ""} ${pass.code}`;
      if (!found.has(key)) found.set(key, { plan, pass });
    }
  }
  return [...found.values()];
}

/** The files that are whole modules; others may be parts that a plan joins. */
function kernelsIn(files: readonly SourceFile[]): string[] {
  return files.filter(({ path, text }) => path.endsWith(".wgsl") && text.includes("@compute")).map(({ text }) => text);
}

async function messages(
  { gpu }: Device,
  code: string,
  files: readonly SourceFile[],
): Promise<readonly SourceDiagnostic[]> {
  gpu.pushErrorScope("validation");
  const module = gpu.createShaderModule({ code });
  const [info] = await Promise.all([module.getCompilationInfo(), gpu.popErrorScope()]);
  return info.messages.map((message) => {
    const { type: severity, lineNum: line, linePos: column, length } = message;
    const { file, ...at } = locateInFiles(code, { line, column, length }, files);
    return { severity, message: compilerText(code, message), file, line: at.line, column: at.column, length };
  });
}

/** Problems between plan and kernels, such as a constant without a value. */
async function pipelineProblems(
  device: Device,
  task: Task,
  passes: readonly PlannedPass[],
  job: CompileJob,
): Promise<readonly SourceDiagnostic[]> {
  const inputs = task.spec.inputs.map(({ name }) => name);
  const compiler = new Compiler(device, inputs);
  const found: SourceDiagnostic[] = [];
  for (const plan of new Set(passes.map(({ plan: one }) => one))) {
    const compilation = await compiler.compile(plan);
    if (compilation.ok) continue;
    const { message, place } = compilation.problem;
    if (place === undefined) found.push(error(message, planFunctionIn(job)));
    else {
      const { file, line, column } = locateInFiles(place.code, place, job.files);
      found.push(error(message, { file, line, column, length: place.length }));
    }
  }
  return found;
}

function planProblem({ message, evidence }: Refusal, job: CompileJob): SourceDiagnostic {
  if (evidence?.kind !== "source") return error(message, planFunctionIn(job));
  const { file, line, column } = evidence;
  return error(message, { file, line, column, length: 1 });
}

type DiagnosticPlace = Pick<SourceDiagnostic, "file" | "line" | "column" | "length">;

function error(message: string, place: DiagnosticPlace): SourceDiagnostic {
  return { severity: "error", message, ...place };
}

/** The place of what a plan as a whole does wrong. */
function planFunctionIn(job: CompileJob): DiagnosticPlace {
  const file = moduleOf(job);
  const lines = job.files.find(({ path }) => path === file)?.text.split("\n") ?? [];
  const index = Math.max(
    0,
    lines.findIndex((line) => /\bexport default\b/.test(line)),
  );
  return { file, line: index + 1, column: 1, length: Math.max(1, lines[index]?.length ?? 0) };
}

function moduleOf({ task }: CompileJob): string {
  return `${task}.ts`;
}
