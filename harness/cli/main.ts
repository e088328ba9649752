import yargs, { type CommandModule } from "yargs";
import packageFile from "../../package.json" with { type: "json" };
import { stopBundler } from "../worker/bundler.ts";
import { addOwnTasks } from "./add-own-tasks.ts";
import { bench } from "./bench.ts";
import { check } from "./check.ts";
import { ci } from "./ci.ts";
import { collect } from "./collect.ts";
import { compare } from "./compare.ts";
import { doctor } from "./doctor.ts";
import { handleFailure, watchOutput } from "./failure.ts";
import { freeze } from "./freeze.ts";
import { grade } from "./grade.ts";
import { hint } from "./hint.ts";
import { history } from "./history.ts";
import { init } from "./init.ts";
import { merge } from "./merge.ts";
import { newTask } from "./new-task.ts";
import { oracle } from "./oracle.ts";
import { textWidth } from "./output.ts";
import { play } from "./play.ts";
import { report } from "./report.ts";
import { site } from "./site.ts";
import { tasks } from "./tasks.ts";
import { usageError } from "./usage-error.ts";
import { verify } from "./verify.ts";
import { worker } from "./worker.ts";

/** In the order of the help text. */
// biome-ignore lint/suspicious/noExplicitAny: each command has its own options, which only its handler sees.
const COMMANDS: CommandModule<any, any>[] = [
  collect,
  grade,
  merge,
  report,
  compare,
  freeze,
  check,
  bench,
  init,
  play,
  ci,
  tasks,
  hint,
  history,
  newTask,
  verify,
  oracle,
  worker,
  site,
  doctor,
];
const COMMAND_NAMES = COMMANDS.map(({ command }) => String(command).split(" ")[0]!);

/** Runs a command line (without `node` and the script), and sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const isJson = args.includes("--json");
  watchOutput();
  process.on("uncaughtException", (error) => {
    handleFailure(error, isJson);
    process.exit();
  });
  try {
    const parser = commandLine(args);
    if (args.length === 0) {
      console.error(await parser.getHelp());
      process.exitCode = 2;
      return;
    }
    await parser.parseAsync();
  } catch (error) {
    handleFailure(error, isJson);
  } finally {
    await stopBundler();
  }
}

function commandLine(args: readonly string[]) {
  const parser = yargs([...args])
    .scriptName("kernelmark")
    .usage("Usage: $0 <command>\n\nGrades WebGPU compute kernels against float64 references.")
    .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
    .option("tasks", {
      type: "string",
      requiresArg: true,
      describe: "Add the tasks in this folder to the built-in ones",
    })
    .middleware(addOwnTasks)
    .command(COMMANDS)
    .demandCommand(1, 1)
    .strict()
    .exitProcess(false)
    .parserConfiguration({ "duplicate-arguments-array": false })
    .version(packageFile.version)
    .wrap(textWidth())
    .epilogue(
      "Exit codes: 0 success, 1 a submission was not accepted or a frozen run has changed, 2 invalid usage or configuration, 3 internal error.",
    );
  // Kernelmark has English messages only; yargs would mix in other languages.
  parser.locale("en");
  return parser.fail((message, error) => {
    // Without a message, the command failed, not the parsing of its command line.
    throw message ? usageError(message, args, COMMAND_NAMES, parser) : error;
  });
}

await main(process.argv.slice(2));
