import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { CommandModule } from "yargs";
import type { Attempt } from "../results/attempt.ts";
import type { CaseNumbers } from "../results/case-numbers.ts";
import type { Verdict } from "../results/verdict.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

interface CheckOptions {
  readonly file: string;
  readonly task: string | undefined;
  readonly seed: string | undefined;
  readonly shape: string | undefined;
  readonly data: string | undefined;
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
      .option("shape", {
        type: "string",
        requiresArg: true,
        describe: "Check only cases with these sizes, such as rows=7,cols=13",
      })
      .option("data", { type: "string", requiresArg: true, describe: "Check only cases with this kind of data" })
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
      .example("$0 check softmax.ts --json | jq .verdict", "Print the verdict for a program"),
  async handler({ file, task, seed, shape, data, watch, isolate, json }) {
    if (watch && json) {
      const { UserError } = await import("../text/user-error.ts");
      throw new UserError("--json prints one document, but --watch never ends.", "Omit one of them.");
    }
    const [{ startBundler }, { findAdapter }, { readSingle }, { taskNames, loadTask }, { withJudging }, { drawSeed }] =
      await Promise.all([
        import("../worker/bundler.ts"),
        import("../adapter/adapter.ts"),
        import("../submission/read.ts"),
        import("../catalog/load.ts"),
        import("../run/with-judging.ts"),
        import("../run/grade-run.ts"),
      ]);
    startBundler();
    const submission = await readSingle(file, task ?? taskOf(file, taskNames()));
    const loaded = await loadTask(submission.task);
    const adapter = await findAdapter();
    if (isolate) await (await import("../worker/isolation.ts")).requireIsolation(adapter);
    const setting = { adapter, seed: seed ?? drawSeed(), isIsolated: isolate };
    const isPart = shape !== undefined || data !== undefined;
    const only = isPart
      ? (await import("./choose-cases.ts")).chosenCases(loaded, setting.seed, { shape, data })
      : undefined;
    if (watch) {
      const { watchInTerminal } = await import("./watch-in-terminal.ts");
      await withJudging({ ...setting, nextWorker: "afterwards" }, (judging) =>
        watchInTerminal(judging, submission, only),
      );
      return;
    }
    const progress = new ProgressLine(process.stderr, json);
    let numbers: CaseNumbers | undefined;
    const attempt = await withJudging({ ...setting, nextWorker: "on-demand" }, (judging) => {
      let done = 0;
      return judging.judge(submission, {
        ...(only && { only }),
        onCase: (_, caseCount) => progress.show(`${submission.task}: case ${++done} of ${caseCount}`),
        onNumbers: (found) => {
          numbers = found;
        },
      });
    });
    progress.clear();
    if (json) {
      printJson({ ...checkDocument(attempt), seed: setting.seed, numbers: numbers ?? null });
    } else {
      const { attemptText } = await import("../report/terminal/attempt-text.ts");
      const style = { colors: colorsFor(process.stdout), width: textWidth() };
      print(attemptText(attempt, style, numbers));
      if (DEPENDENT_ON_INPUTS.has(attempt.verdict))
        print(style.colors.dim(`\nThe same inputs again: --seed ${setting.seed}`));
    }
    if (!isPart) await remember(attempt);
    if (attempt.verdict === "harness-error") process.exitCode = 3;
    else if (attempt.verdict !== "accepted") process.exitCode = 1;
  },
};

/** Remembers a solved task. An unwritable folder causes a warning, not a failure. */
async function remember({ task, verdict }: Attempt): Promise<void> {
  const { rememberTask } = await import("../catalog/progress.ts");
  const problem = await rememberTask(task, verdict === "accepted");
  if (problem !== undefined && verdict === "accepted") {
    const { printableLines } = await import("../text/printable.ts");
    printRemark(`Warning: \`tasks\` will not show ${task} as solved. ${printableLines(problem)}`);
  }
}

/** The file's base name, which should be a task; if it is not, the error names it. */
function taskOf(file: string, names: readonly string[]): string {
  if (names.includes(file) && !existsSync(file)) return file;
  return basename(file, extname(file));
}

/** The output of `check --json`. */
function checkDocument({ candidate, task, verdict, message, evidence, mistake, cases, caseCount, log }: Attempt) {
  return { schema: 1, candidate, task, verdict, message, evidence, mistake, cases, caseCount, log };
}
