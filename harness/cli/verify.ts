import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

interface VerifyOptions {
  readonly task: readonly string[] | undefined;
  readonly all: boolean;
  readonly quick: boolean;
  readonly seeds: number | undefined;
  readonly seed: string | undefined;
  readonly mutants: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

const SEEDS = 10;
/** Within a minute, on two cores and a software adapter. */
const QUICK = { seeds: 1, mutants: 25 };

/** `kernelmark verify`: proves that a task judges correctly. */
export const verify: CommandModule<object, VerifyOptions> = {
  command: "verify [task..]",
  describe: "Prove that a task accepts correct kernels and rejects wrong ones",
  builder: (yargs) =>
    yargs
      // Otherwise yargs takes several tasks for one repeated argument, and keeps the last.
      .parserConfiguration({ "duplicate-arguments-array": true })
      .positional("task", {
        type: "string",
        array: true,
        describe: "Names of tasks, or a folder with tasks of your own",
      })
      .option("all", { type: "boolean", default: false, describe: "Verify every task" })
      .option("quick", { type: "boolean", default: false, describe: "One seed and a sample of the mutants" })
      .option("seeds", {
        type: "number",
        requiresArg: true,
        describe: `Seeds to judge kernels under (after 3, correct ones only); ${SEEDS} by default`,
      })
      .option("seed", { type: "string", requiresArg: true, describe: "The first of them; random by default" })
      .option("mutants", {
        type: "string",
        requiresArg: true,
        describe: 'Mutants to judge for each task, or "all", the default',
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "Folder of finished proofs: an interrupted command continues there",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 verify tasks/my-rms-norm --quick", "Within a minute, while you write the task")
      .example("$0 verify tasks/my-rms-norm", "Before candidates see it")
      .example("$0 verify --all --tasks tasks", "Built-in tasks and your own")
      .example("$0 verify --all --out proofs", "Hours; repeat it after an interruption"),
  async handler({ task: given = [], all, quick, seeds: count, seed, mutants, out, json }) {
    const [
      { findAdapter },
      { addTaskFolder, taskFolder, taskNames },
      { addedTasks },
      { drawSeed },
      { verifyTask },
      { goldenFaultsOf },
      { UserError },
    ] = await Promise.all([
      import("../adapter/adapter.ts"),
      import("../catalog/load.ts"),
      import("../catalog/added-tasks.ts"),
      import("../run/grade-run.ts"),
      import("../verify/verify-task.ts"),
      import("./golden-files.ts"),
      import("../text/user-error.ts"),
    ]);
    if ((given.length === 0) !== all) {
      throw new UserError(
        "`verify` needs a task, a folder, or --all.",
        "For example: kernelmark verify softmax --quick",
      );
    }
    if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
      throw new UserError(`--seeds must be a positive integer, got ${count}.`, `Omit it for the default of ${SEEDS}.`);
    }
    if (mutants !== undefined && mutants !== "all" && !/^[1-9]\d*$/.test(mutants)) {
      throw new UserError(`--mutants must be a positive integer or "all", got "${mutants}".`, "Omit it for all.");
    }
    let names: readonly string[] = all ? taskNames() : given;
    if (given.length === 1 && !taskNames().includes(given[0]!) && existsSync(given[0]!)) {
      await addTaskFolder(given[0]!, "verify");
      names = addedTasks().map(({ name }) => name);
    }
    // An unknown name is an error at once, not after the proofs of others.
    for (const name of names) taskFolder(name);
    const [{ proofText }, { proofsText }, { hasPassed }, { drawSeeds }, { FinishedProofs }] = await Promise.all([
      import("../verify/proof-text.ts"),
      import("../verify/proofs-table.ts"),
      import("../verify/task-proof.ts"),
      import("../verify/sweep.ts"),
      import("../verify/finished-proofs.ts"),
    ]);
    const finished = out === undefined ? undefined : new FinishedProofs(out);
    const first = seed ?? finished?.seed ?? drawSeed();
    const sample = mutants ?? (quick ? String(QUICK.mutants) : "all");
    const mutantSample = sample === "all" ? undefined : Number(sample);
    const setting = {
      adapter: await findAdapter(),
      seeds: drawSeeds(count ?? (quick ? QUICK.seeds : SEEDS), first),
      lanes: Math.max(1, Math.floor(availableParallelism() / 2)),
      mutantSample,
    };
    const adapter = setting.adapter.description;
    const scope = { seed: first, seeds: setting.seeds.length, mutantSample, adapter };
    const progress = new ProgressLine(process.stderr, json);
    const proofs = [];
    for (const name of names) {
      const golden = await goldenFaultsOf(name);
      const known = finished?.find(name, { ...scope, golden });
      if (known !== undefined) {
        proofs.push(known);
        continue;
      }
      const verified = await verifyTask(name, { ...setting, golden }, (text) => progress.show(`${name}: ${text}`));
      progress.clear();
      await finished?.keep(verified, { ...scope, golden });
      proofs.push(verified.proof);
    }
    const passed = proofs.every(hasPassed);
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    if (json) printJson({ schema: 1, passed, seed: first, adapter, tasks: proofs });
    else print(proofs.length === 1 ? proofText(proofs[0]!, style) : proofsText(proofs, style));
    if (!passed) process.exitCode = 1;
  },
};
