import type { CommandModule } from "yargs";
import type { AttemptTextOptions } from "../report/terminal/attempt-text.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import type { Verdict } from "../results/verdict.ts";
import type { Task } from "../task/task.ts";
import { printableLines } from "../text/printable.ts";
import { wrap } from "../text/wrap.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import type { RememberedCheck } from "./remember-check.ts";

interface CheckOptions {
  readonly file: string;
  readonly task: string | undefined;
  readonly seed: string | undefined;
  readonly case: string | undefined;
  readonly input: string | undefined;
  readonly shape: string | undefined;
  readonly data: string | undefined;
  readonly dump: string | undefined;
  readonly watch: boolean;
  readonly isolate: boolean;
  readonly json: boolean;
}

/** Verdicts that other inputs may change. */
const DEPENDENT_ON_INPUTS: ReadonlySet<Verdict> = new Set(["wrong-answer", "imprecise", "time-limit", "device-lost"]);

/** `kernelmark check`: verdict and evidence for one submission. */
export const check: CommandModule<object, CheckOptions> = {
  command: "check <file>",
  describe: "Check one submission and show what is wrong",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "The module, such as softmax.ts" })
      .option("task", {
        type: "string",
        requiresArg: true,
        describe: "The task, if the file name does not match one",
      })
      .option("seed", { type: "string", requiresArg: true, describe: "Seed of another run, to repeat its inputs" })
      .option("case", {
        type: "string",
        requiresArg: true,
        describe: 'Check one case: its name, such as "rows=7 cols=13, offset", or a file as for --input',
      })
      .option("input", {
        type: "string",
        requiresArg: true,
        describe: "Check inputs of your own, in a JSON file as for `oracle`",
      })
      .option("shape", {
        type: "string",
        requiresArg: true,
        describe: "Check only cases with these sizes, such as rows=7,cols=13; with all sizes, also a shape of your own",
      })
      .option("data", { type: "string", requiresArg: true, describe: "Check only cases with this kind of data" })
      .option("dump", {
        type: "string",
        requiresArg: true,
        describe: "Show a scratch buffer or an output after all passes (scores), or after one (scores@2, scores@main)",
      })
      .option("watch", { type: "boolean", default: false, describe: "Check again after every save, until Ctrl-C" })
      .option("isolate", {
        type: "boolean",
        default: false,
        describe: "Confine kernels with bubblewrap: no network, no other files",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 check submissions/plain/softmax.ts", "Check a submission")
      .example("$0 check submissions/me/softmax.ts --watch", "Check it after every save")
      .example("$0 check my-try.ts --task softmax", "Check a file of any name, anywhere")
      .example("$0 check softmax.ts --seed 7f3a --data steep", "Repeat the failing cases of a check")
      .example('$0 check softmax.ts --case "rows=2 cols=3, plain"', "Show all numbers of one case")
      .example("$0 check softmax.ts --shape rows=4,cols=3 --dump maxima@1", "Show a scratch buffer after a pass")
      .example("$0 check softmax.ts --json | jq .verdict", "Print the verdict for a program"),
  async handler(options) {
    const { file, isolate, json, watch } = options;
    const { UserError } = await import("../text/user-error.ts");
    if (watch && json) {
      throw new UserError("--json prints one document, but --watch never ends.", "Omit one of them.");
    }
    const [{ startBundler }, { findAdapter }, { readSingle }, { loadTask }, { withJudging }, { drawSeed }] =
      await Promise.all([
        import("../worker/bundler.ts"),
        import("../adapter/adapter.ts"),
        import("../submission/read.ts"),
        import("../catalog/load.ts"),
        import("../run/with-judging.ts"),
        import("../run/grade-run.ts"),
      ]);
    const { parseDumps, taskOfFile } = await import("./check-options.ts");
    const dumps = parseDumps(options.dump);
    startBundler();
    const submission = await readSingle(file, taskOfFile(file, options.task, "check"));
    const task = await loadTask(submission.task);
    const seed = options.seed ?? drawSeed();
    const chosen = await chosenCases(task, seed, options);
    const adapter = await findAdapter();
    if (isolate) await (await import("../worker/isolation.ts")).requireIsolation(adapter);
    const setting = { adapter, seed, given: chosen?.given, isIsolated: isolate };
    const judged = {
      ...(chosen?.only && { only: chosen.only }),
      shows: { isChosen: chosen?.isOne ?? false, dumps },
    };
    if (!json) for (const warning of chosen?.warnings ?? []) printRemark(`Warning: ${warning}`);
    if (watch) {
      const [{ watchInTerminal }, { rememberCheck }] = await Promise.all([
        import("./watch-in-terminal.ts"),
        import("./remember-check.ts"),
      ]);
      await withJudging({ ...setting, nextWorker: "afterwards" }, (judging) =>
        watchInTerminal(judging, submission, judged, (attempt) => rememberCheck(attempt, file, chosen !== undefined)),
      );
      return;
    }
    const progress = new ProgressLine(process.stderr, json);
    let shown: Shown | undefined;
    const attempt = await withJudging({ ...setting, nextWorker: "on-demand" }, (judging) => {
      let done = 0;
      return judging.judge(submission, {
        ...judged,
        onCase: (_, caseCount) => progress.show(`${submission.task}: case ${++done} of ${caseCount}`),
        onShown: (found) => {
          shown = found;
        },
      });
    });
    progress.clear();
    const refused = shown?.dumps.find((dump) => "problem" in dump);
    if (refused !== undefined && "problem" in refused) throw new UserError(refused.problem, refused.hint);
    const { rememberCheck } = await import("./remember-check.ts");
    const remembered = await rememberCheck(attempt, file, chosen !== undefined);
    const { version } = remembered;
    if (json) {
      const { numbers = null, dumps: dumped = [] } = shown ?? {};
      const warnings = chosen?.warnings ?? [];
      printJson({ ...checkDocument(attempt), version: version ?? null, seed, numbers, dumps: dumped, warnings });
    } else {
      const isDrawn = chosen?.given?.inputs === undefined;
      await printAttempt(attempt, { shown, isPart: chosen !== undefined }, isDrawn ? seed : undefined);
      if (dumps.length > 0 && (shown?.dumps.length ?? 0) === 0) {
        print("\nNothing to dump: the plan did not run.");
      }
      if (remembered.isNew) {
        const use = `\`kernelmark bench ${file} --against ${version}\` compares a later version with it.`;
        print(`\n${wrap(`Kept as ${version}: ${use}`, textWidth())}`);
      }
    }
    warnOf(remembered);
    if (attempt.verdict === "harness-error") process.exitCode = 3;
    else if (attempt.verdict !== "accepted") process.exitCode = 1;
  },
};

async function chosenCases(task: Task, seed: string, { case: name, input, shape, data }: CheckOptions) {
  if ((name ?? input ?? shape ?? data) === undefined) return undefined;
  const { chooseCases, isOneCase } = await import("./choose-cases.ts");
  const chosen = await chooseCases(task, seed, { name, input, shape, data });
  return chosen && { ...chosen, isOne: isOneCase(task, seed, chosen) };
}

/** @param seed if it generates the same inputs again */
async function printAttempt(attempt: Attempt, options: AttemptTextOptions, seed: string | undefined): Promise<void> {
  const { attemptText } = await import("../report/terminal/attempt-text.ts");
  const style = { colors: colorsFor(process.stdout), width: textWidth() };
  print(attemptText(attempt, style, options));
  if (seed !== undefined && DEPENDENT_ON_INPUTS.has(attempt.verdict)) {
    print(style.colors.dim(`\nThe same inputs again: --seed ${seed}`));
  }
}

/** An unwritable state folder causes one warning, not a failure. */
function warnOf({ problems }: RememberedCheck): void {
  if (problems.length > 0) printRemark(`Warning: ${printableLines(problems[0]!)}`);
}

/** The output of `check --json`. */
function checkDocument({ candidate, task, verdict, message, evidence, mistake, cases, caseCount, log }: Attempt) {
  return { schema: 1, candidate, task, verdict, message, evidence, mistake, cases, caseCount, log };
}
