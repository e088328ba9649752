import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../../reference/oracle.ts";
import { MIN_NORMAL } from "../../reference/rounding.ts";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { loadTask, taskFolder } from "../catalog/load.ts";
import { type Places, placesIn } from "../catalog/task-places.ts";
import { drawProblem, listCases, outputSizes } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { definitionChecks, type GoldenFindings } from "./definition-checks.ts";
import { unseenRoundings } from "./f16-variants.ts";
import { kernelFigures } from "./figures.ts";
import { kernelChecks } from "./kernel-checks.ts";
import { isHonest } from "./kernels.ts";
import { mutantResult } from "./mutant-check.ts";
import type { MutantRecord } from "./mutant-record.ts";
import { type SweepResult, sweep } from "./sweep.ts";
import { judgeTaskMutants } from "./task-mutants.ts";
import { checked, type ProofCheck, skipped, type TaskProof } from "./task-proof.ts";

export interface VerifySetting {
  readonly adapter: AdapterChoice;
  readonly seeds: readonly string[];
  /** Worker processes. */
  readonly lanes: number;
  /** How many mutants to judge; undefined for all. */
  readonly mutantSample: number | undefined;
  readonly golden: GoldenFindings;
}

/** A proof, and the mutants on which it rests; none if none were judged. */
export interface Verified {
  readonly proof: TaskProof;
  readonly mutants: readonly MutantRecord[];
}

/** Proves that a task's definition is complete, and that it accepts correct kernels and rejects wrong ones. */
export async function verifyTask(
  name: string,
  { adapter, seeds, lanes, mutantSample, golden }: VerifySetting,
  onProgress: (text: string) => void,
): Promise<Verified> {
  const folder = taskFolder(name);
  const places = placesIn(folder);
  const task = await loadTask(name);
  onProgress("the definition");
  const ofDefinition = definitionChecks(task, seeds[0]!, golden, places.fault);
  const withoutMutants = (checks: readonly ProofCheck[]): Verified => ({
    proof: { task: name, folder, checks },
    mutants: [],
  });
  if (ofDefinition.slice(0, 2).some(({ state }) => state === "failed")) {
    return withoutMutants([...ofDefinition, skipped("kernels judged", "fix the definition first")]);
  }
  const results: SweepResult[] = [];
  try {
    await sweep(
      {
        ...{ adapter, lanes, seeds, task: name },
        scope: (kernel) => {
          if (kernel.role === "wrong") return "diagnosable";
          if (kernel.role === "starter") return "first";
          return isHonest(kernel) ? undefined : "until-refused";
        },
      },
      (result) => {
        results.push(result);
        onProgress(`seed ${seeds.indexOf(result.seed) + 1} of ${seeds.length}, ${result.kernel.name}`);
      },
    );
    const bounded = boundedOutputs(task, seeds[0]!);
    const ofKernels = kernelChecks(results, places, bounded, unseenRoundings(task));
    const ownFail = ofKernels[0]!.state === "failed";
    const setting = { adapter, task: name, seed: seeds[0]!, lanes, sample: mutantSample };
    const mutants = ownFail ? [] : await judgeTaskMutants(setting, onProgress);
    const { check, figures } = ownFail
      ? { check: skipped("mutants refused, or explained", "fix the kernels first"), figures: [] }
      : mutantResult(name, mutants);
    const sizes = { cases: listCases(task, seeds[0]!).length, seeds: seeds.length, lines: linesIn(folder) };
    const proof = {
      ...{ task: name, folder, checks: [...ofDefinition, ...ofKernels, check] },
      figures: { ...sizes, ...kernelFigures(results, bounded), mutants: figures },
    };
    return { proof, mutants };
  } catch (error) {
    return withoutMutants([...ofDefinition, builtInFailure(error, places)]);
  }
}

/** Cases up to this many operations show whether an output has an error bound. */
const SMALL_FLOPS = 1e5;

/** Outputs with error bounds: not integers, and not copies of inputs, which have no error. */
function boundedOutputs(task: Task, seed: string): string[] {
  const names = task.spec.outputs.filter(({ type }) => type === "f32").map(({ name }) => name);
  const known = new Set<string>();
  for (const one of listCases(task, seed)) {
    if (known.size === names.length) break;
    if (one.group === "tiny" || task.spec.flops(one.shape, one.params) > SMALL_FLOPS) continue;
    const estimates = evaluate(task.oracle, drawProblem(task, one, seed), outputSizes(task, one.shape));
    for (const name of names) if (estimates[name]!.bound.some((bound) => bound > MIN_NORMAL)) known.add(name);
  }
  return names.filter((name) => known.has(name));
}

/** Lines of the files in a task's folder. Golden values have a folder of their own. */
function linesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name }) => sum + readFileSync(join(folder, name), "utf8").split("\n").length - 1, 0);
}

/** For a built-in kernel that fails: without it there is no reference, and nothing can be judged. */
function builtInFailure(error: unknown, places: Places): ProofCheck {
  const text = error instanceof Error ? error.message : String(error);
  const [, said = text] = /Error: ([\s\S]*?)(?=\n {4}at |$)/.exec(text) ?? [];
  const mistake = /mistake "([\w-]+)"/.exec(said)?.[1];
  const place = mistake === undefined ? places.kernel("plain") : places.mistake(mistake);
  return checked(
    "kernels run, and plain is correct",
    "",
    [`${place}: ${said.trim()}`],
    "Correct the kernel, the edit or the reference that is named.",
  );
}
