import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

interface VerifyOptions {
  readonly task: string | undefined;
  readonly all: boolean;
  readonly quick: boolean;
  readonly seeds: number | undefined;
  readonly seed: string | undefined;
  readonly json: boolean;
}

const SEEDS = 10;
/** Within a minute, on two cores and a software adapter. */
const QUICK = { seeds: 1, mutants: 25 };

/** `kernelmark verify`: proves that a task judges correctly. */
export const verify: CommandModule<object, VerifyOptions> = {
  command: "verify [task]",
  describe: "Prove that a task accepts correct kernels and rejects wrong ones",
  builder: (yargs) =>
    yargs
      .positional("task", { type: "string", describe: "The task's name, or a folder with tasks of your own" })
      .option("all", { type: "boolean", default: false, describe: "Verify every task" })
      .option("quick", { type: "boolean", default: false, describe: "One seed and a sample of the mutants" })
      .option("seeds", {
        type: "number",
        requiresArg: true,
        describe: `Seeds to judge kernels under; ${SEEDS} by default`,
      })
      .option("seed", { type: "string", requiresArg: true, describe: "The first of them; random by default" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 verify tasks/my-rms-norm --quick", "Within a minute, while you write the task")
      .example("$0 verify tasks/my-rms-norm", "Before candidates see it")
      .example("$0 verify --all --tasks tasks", "Built-in tasks and your own"),
  async handler({ task, all, quick, seeds: count, seed, json }) {
    const [
      { findAdapter },
      { addTaskFolder, taskNames },
      { addedTasks },
      { drawSeed },
      { verifyTask },
      golden,
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
    if ((task === undefined) !== all) {
      throw new UserError(
        "`verify` needs a task, a folder, or --all.",
        "For example: kernelmark verify softmax --quick",
      );
    }
    if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
      throw new UserError(`--seeds must be a positive integer, got ${count}.`, `Omit it for the default of ${SEEDS}.`);
    }
    let names = taskNames();
    if (task !== undefined && !names.includes(task) && existsSync(task)) {
      await addTaskFolder(task, "verify");
      names = addedTasks().map(({ name }) => name);
    } else if (task !== undefined) names = [task];
    const [{ proofText }, { hasPassed }, { drawSeeds }] = await Promise.all([
      import("../verify/proof-text.ts"),
      import("../verify/task-proof.ts"),
      import("../verify/sweep.ts"),
    ]);
    const first = seed ?? drawSeed();
    const setting = {
      adapter: await findAdapter(),
      seeds: drawSeeds(count ?? (quick ? QUICK.seeds : SEEDS), first),
      lanes: Math.max(1, Math.floor(availableParallelism() / 2)),
      mutantSample: quick ? QUICK.mutants : undefined,
      golden: golden.goldenFaultsOf,
    };
    const progress = new ProgressLine(process.stderr, json);
    const proofs = [];
    for (const name of names) {
      const proof = await verifyTask(name, setting, (text) => progress.show(`${name}: ${text}`));
      progress.clear();
      proofs.push(proof);
      if (!json) {
        const text = proofText(proof, { colors: colorsFor(process.stdout), width: textWidth() });
        print(proofs.length === 1 ? text : `\n${text}`);
      }
    }
    const passed = proofs.every(hasPassed);
    if (json) printJson({ schema: 1, passed, seed: first, tasks: proofs });
    if (!passed) process.exitCode = 1;
  },
};
