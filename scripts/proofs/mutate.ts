import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { UserError } from "../../harness/text/user-error.ts";
import { EQUIVALENTS_FILE, isSamePlace, locator, readEquivalents } from "../../harness/verify/equivalents.ts";
import type { KernelId } from "../../harness/verify/kernels.ts";
import {
  judgeMutants,
  type MutantJob,
  type MutantOutcome,
  type MutatedKernel,
  mutateKernels,
} from "../../harness/verify/mutation-run.ts";
import { Random } from "../../reference/random.ts";
import { ProofOptions, prove } from "./options.ts";
import { ProofProgress } from "./proof-progress.ts";
import { markdownTable } from "./table.ts";

await prove(async () => {
  const options = new ProofOptions(["kernel", "seed", "sample", "jobs", "results"]);
  const adapter = await findAdapter();
  const seed = options.text("seed") ?? randomUUID();
  const referenceFolder = mkdtempSync(join(tmpdir(), "kernelmark-mutants-"));
  process.on("exit", () => rmSync(referenceFolder, { recursive: true, force: true }));
  const setting = { adapter, referenceFolder, seed, lanes: options.jobs };
  const progress = new ProofProgress();

  process.stdout.write(`Mutants on ${adapter.description}, seed ${seed}\n\n`);
  const roles = rolesWanted(options.text("kernel"));
  const wanted = options.tasks.flatMap((task) => roles.map((role) => ({ task, kernel: { role, name: role } })));
  const kernels = await mutateKernels(wanted, setting);
  const chosen = choose(kernels, options.number("sample", undefined), seed);
  let done = 0;
  const outcomes = await judgeMutants(
    kernels,
    { isWanted: (job) => chosen.has(job), isChecked: true },
    setting,
    ({ job, verdict }) => {
      progress.update(`${++done} of ${chosen.size} mutants, ${job.task} ${job.kernel.name}`);
      if (verdict === "accepted" && job.known === undefined) progress.note(`survived: ${describe(job)}`);
    },
  );

  process.stdout.write(`${tableOf(kernels, outcomes)}\n`);
  reportSurvivors(outcomes);
  const results = options.text("results");
  if (results !== undefined) writeFileSync(results, JSON.stringify(outcomes.map(resultOf), null, 2));
  if (options.text("sample") === undefined) reportStale(kernels, outcomes);
  return outcomes.every(({ verdict, job }) => verdict !== "accepted" || job.known !== undefined);
});

function rolesWanted(kernel: string | undefined): KernelId["role"][] {
  if (kernel === undefined) return ["plain", "tuned"];
  if (kernel === "plain" || kernel === "tuned") return [kernel];
  throw new UserError(`--kernel is "${kernel}".`, "Use plain or tuned, or omit it for both.");
}

/** All mutants, or a random sample from the seed. */
function choose(kernels: readonly MutatedKernel[], sample: number | undefined, seed: string): Set<MutantJob> {
  const jobs = kernels.flatMap((kernel) => kernel.jobs);
  return new Set(sample === undefined ? jobs : new Random(seed, "mutants").shuffled(jobs).slice(0, sample));
}

function locatorOf({ kernel, moduleNumber, mutant }: MutantJob) {
  return locator(kernel, moduleNumber, mutant);
}

function describe({ task, kernel, moduleNumber, mutant }: MutantJob): string {
  const { line, column, change, before, after } = mutant;
  return `${task} ${kernel.name}, module ${moduleNumber}, ${line}:${column}: ${change}\n    ${before}\n    ${after}`;
}

function tableOf(kernels: readonly MutatedKernel[], outcomes: readonly MutantOutcome[]): string {
  const count = (some: readonly MutantOutcome[], ...verdicts: string[]) =>
    some.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const cells = (some: readonly MutantOutcome[]) => {
    const survivors = some.filter(({ verdict }) => verdict === "accepted");
    const same = survivors.filter(({ job }) => job.known?.kind === "same-function").length;
    const unexplained = survivors.filter(({ job }) => job.known === undefined).length;
    const counted = [count(some, "compile-error"), count(some, "wrong-answer"), count(some, "imprecise")];
    const rest = [count(some, "time-limit"), some.length - survivors.length - sum(counted) - count(some, "time-limit")];
    return [some.length, ...counted, ...rest, same, survivors.length - same - unexplained, unexplained].map(String);
  };
  const rows = kernels.map(({ task, kernel }) => [
    task,
    kernel.name,
    ...cells(outcomes.filter(({ job }) => job.task === task && job.kernel.name === kernel.name)),
  ]);
  const caught = ["wrong answer", "imprecise", "time limit", "other"];
  const headings = [
    "task",
    "kernel",
    "mutants",
    "did not compile",
    ...caught,
    "equivalent",
    "out of sight",
    "unexplained",
  ];
  return markdownTable(headings, [...rows, ["all", "", ...cells(outcomes)]]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function reportSurvivors(outcomes: readonly MutantOutcome[]): void {
  const survivors = outcomes.filter(({ verdict }) => verdict === "accepted");
  const unexplained = survivors.filter(({ job }) => job.known === undefined);
  const explained = survivors.filter(({ job }) => job.known !== undefined);
  if (explained.length > 0) process.stdout.write("\nSurvivors with a reason:\n");
  for (const { job } of explained)
    process.stdout.write(`- ${describe(job)}\n    ${job.known!.kind}: ${job.known!.reason}\n`);
  if (unexplained.length === 0) return;
  process.stdout.write(
    `\nThese mutants survived without a known reason. If one is wrong, add a case to the task that catches it. If it is as correct as the kernel, add the reason to the task's ${EQUIVALENTS_FILE}:\n`,
  );
  for (const { job, changesNothing } of unexplained) {
    const seen = changesNothing ? "same errors as the kernel" : "errors differ, within the bound";
    process.stdout.write(`- ${describe(job)}\n    (${seen})\n    ${JSON.stringify(locatorOf(job))}\n`);
  }
}

/** Explained mutants that are now caught or gone: the reason may be wrong, or needed only elsewhere. */
function reportStale(kernels: readonly MutatedKernel[], outcomes: readonly MutantOutcome[]): void {
  for (const task of new Set(kernels.map((kernel) => kernel.task))) {
    for (const known of readEquivalents(task) ?? []) {
      const judged = kernels.some((kernel) => kernel.task === task && kernel.kernel.name === known.kernel);
      const places = outcomes.filter(({ job }) => job.task === task && isSamePlace(known, locatorOf(job)));
      if (!judged || places.some(({ verdict }) => verdict === "accepted")) continue;
      const now = places.length === 0 ? "no longer exists" : `is caught (${places[0]!.verdict}: ${places[0]!.by})`;
      process.stdout.write(`\n${task} ${known.kernel}: "${known.replacement}" is listed as equivalent, but ${now}\n`);
    }
  }
}

function resultOf({ job, verdict, by, changesNothing }: MutantOutcome): object {
  const { task, mutant, known } = job;
  const { line, column, change } = mutant;
  return {
    task,
    place: [line, column],
    change,
    ...locatorOf(job),
    verdict,
    by,
    changesNothing,
    kind: known?.kind,
  };
}
