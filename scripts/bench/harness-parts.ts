import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagnose } from "../../harness/diagnosis/diagnose.ts";
import { judgeOutputs, type Outputs } from "../../harness/judge/judge-case.ts";
import { judgedCase } from "../../harness/judge/judged-case.ts";
import { drawPoison } from "../../harness/judge/poison.ts";
import type { CaseReference } from "../../harness/judge/reference.ts";
import { sampleUnits } from "../../harness/judge/sample.ts";
import type { Trace } from "../../harness/judge/trace.ts";
import { checkPlan } from "../../harness/plan/check-plan.ts";
import { Sandbox, warmSandbox } from "../../harness/plan/sandbox.ts";
import { markRun } from "../../harness/report/mark-run.ts";
import { writeReports } from "../../harness/report/write-reports.ts";
import { leadingCase } from "../../harness/results/verdict.ts";
import { buildModule, warmEsbuild } from "../../harness/submission/build-module.ts";
import { openSourceFolder } from "../../harness/submission/source-folder.ts";
import { type Case, drawProblem, integerOutputs, listCases, outputSizes } from "../../harness/task/case.ts";
import { guaranteedLimits } from "../../harness/task/limits.ts";
import type { DeviceContext } from "../../harness/task/plan.ts";
import type { Task } from "../../harness/task/task.ts";
import { builtInKernels } from "../../harness/testing/corpus/built-in-kernels.ts";
import { writeSubmission } from "../../harness/testing/corpus/submission.ts";
import { evaluate, type Problem, type Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { largeRun } from "./large-run.ts";

/** A part of the harness, and one round of its work. */
export interface Part {
  readonly name: string;
  run(): Promise<void>;
}

const SEED = "bench";
const CANDIDATES = 20;
const DEVICE: DeviceContext = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 0,
  subgroupMaxSize: 0,
  kind: "software",
};

/**
 * The parts of the harness that handle a submission to a task, except the GPU's. A round is the work for all of the
 * task's cases; for reports, a run of 20 candidates.
 */
export async function harnessParts(task: Task): Promise<{ readonly parts: readonly Part[]; close(): Promise<void> }> {
  const cases = listCases(task, SEED);
  const problems = cases.map((one) => drawProblem(task, one, SEED));
  const references = cases.map((one, index) => wholeReference(task, one, problems[index]!));
  const wrong = references.map((reference) => wrongTrace(task, reference));
  const folder = await mkdtemp(join(tmpdir(), "kernelmark-bench-"));
  const reportFolder = join(folder, "run");
  await mkdir(reportFolder);
  const run = largeRun([task], CANDIDATES);
  await warmEsbuild();
  await warmSandbox();
  const [plain] = builtInKernels(task.spec.name);
  await writeSubmission(folder, plain!);
  const source = join(folder, plain!.name);
  const { script } = await bundle(source, task);
  const random = new Random(SEED, "poison");

  const parts: Part[] = [
    { name: "bundle", run: async () => void (await bundle(source, task)) },
    { name: "plan", run: () => plan(task, script, cases) },
    { name: "draw inputs", run: async () => void cases.map((one) => drawProblem(task, one, SEED)) },
    { name: "reference", run: async () => void references.map((reference) => estimatesOf(task, reference)) },
    {
      name: "poison",
      run: async () => {
        for (const { case: one, typical } of references)
          drawPoison(random, outputSizes(task, one.shape), "nan", typical, integerOutputs(task));
      },
    },
    {
      name: "compare",
      run: async () => {
        for (const reference of references)
          judgeOutputs(task, reference, runOf(reference.plain!, random, task, reference));
      },
    },
    { name: "diagnose", run: async () => diagnoseAll(task, wrong) },
    { name: "reports", run: async () => void (await writeReports(markRun(run), reportFolder)) },
  ];
  return { parts, close: () => rm(folder, { recursive: true, force: true }) };
}

async function bundle(folder: string, { spec: { name } }: Task): Promise<{ readonly script: string }> {
  const built = await buildModule(`${name}.js`, openSourceFolder(folder));
  if (!built.ok) throw new Error(`the plain kernel of ${name} does not bundle`);
  return built;
}

async function plan({ spec }: Task, script: string, cases: readonly Case[]): Promise<void> {
  const sandbox = new Sandbox(script);
  const shapes = new Map(cases.map((one) => [JSON.stringify([one.shape, one.params]), one]));
  for (const { shape, params } of shapes.values()) {
    const call = await sandbox.plan({ task: spec.name, shape, params, device: DEVICE });
    if (!call.ok || !checkPlan(call.value, spec, shape, DEVICE.limits).ok) throw new Error("the plan was refused");
  }
}

/** Values as an output's type holds them. */
function typed(task: Task, name: string, values: ArrayLike<number>): Tensor {
  return integerOutputs(task).has(name) ? Uint32Array.from(values) : Float32Array.from(values);
}

/** A reference that needs no GPU: the plain kernel's outputs are the expected values, as its type holds them. */
function wholeReference(task: Task, one: Case, problem: Problem): CaseReference {
  const whole = Object.entries(evaluate(task.oracle, problem, outputSizes(task, one.shape)));
  const plain = Object.fromEntries(whole.map(([name, { expected }]) => [name, typed(task, name, expected)]));
  const typical = Object.fromEntries(whole.map(([name, { expected }]) => [name, rootMeanSquare(expected)]));
  const units = sampleUnits(task, one.shape, one.params, SEED, task.spec.name, one.index);
  const reference = { case: one, seed: SEED, problem, units, plain, precision: {}, typical, plainMs: 0 };
  return { ...reference, estimates: estimatesOf(task, reference) };
}

function estimatesOf(task: Task, { case: { shape }, problem, units }: Omit<CaseReference, "estimates">) {
  return evaluate(task.oracle, problem, outputSizes(task, shape), units);
}

function runOf(outputs: Outputs, random: Random, task: Task, { case: { shape }, typical }: CaseReference) {
  return { outputs, poison: drawPoison(random, outputSizes(task, shape), "nan", typical, integerOutputs(task)) };
}

/** Wrong outputs of a submission, judged. */
function wrongTrace(
  task: Task,
  reference: CaseReference,
): Trace & { readonly judgement: ReturnType<typeof judgeOutputs> } {
  const outputs = Object.fromEntries(
    Object.entries(reference.plain!).map(([name, values]) => [
      name,
      typed(
        task,
        name,
        Array.from(values, (value) => 2 * value + 1),
      ),
    ]),
  );
  const first = runOf(outputs, new Random(SEED, "poison"), task, reference);
  const judgement = judgeOutputs(task, reference, first);
  return { reference, first, verdict: judgement.verdict, judgement };
}

async function diagnoseAll(task: Task, traces: readonly ReturnType<typeof wrongTrace>[]): Promise<void> {
  const results = traces.map(({ reference, judgement }) => judgedCase(reference.case, judgement));
  const locate = () => {
    throw new Error("a plan without passes has no places");
  };
  const symptoms = { task, leading: leadingCase(results)!, results, traces, passes: [], locate };
  await diagnose(symptoms, async () => ({}));
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
