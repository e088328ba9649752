import type { Argv, CommandModule } from "yargs";
import { colorsFor, print, printRemark, textWidth } from "./output.ts";

interface OracleArguments {
  readonly case: string;
  readonly task: string | undefined;
  readonly seed: string | undefined;
  readonly numbers: boolean;
}

export const oracle: CommandModule<object, OracleArguments> = {
  command: "oracle",
  describe: "Evaluate a task's float64 reference on inputs of your own",
  builder: (yargs) =>
    (yargs as Argv<OracleArguments>)
      .option("case", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "JSON file with the fields task, shape, params, inputs; with --task, also a case's name",
      })
      .option("task", { type: "string", requiresArg: true, describe: "The task, if the file does not name it" })
      .option("seed", { type: "string", requiresArg: true, describe: "Seed of the inputs of a case with a name" })
      .option("numbers", {
        type: "boolean",
        default: false,
        describe: "Show inputs and expected outputs as `check` does, instead of JSON",
      })
      .example("$0 oracle --case softmax.json", "Print the case and its outputs as JSON")
      .example("$0 oracle --case reference/golden/softmax-0.json --numbers", "Show one of the test cases")
      .example('$0 oracle --task softmax --case "rows=2 cols=3, plain"', "Print a case to edit, for `check --input`")
      .epilogue(
        'The file looks like {"task": "softmax", "shape": {"rows": 1, "cols": 2}, "params": {}, "inputs": {"x": [0, 1]}}. ' +
          "Tensors are row-major; packed integers are 32-bit words; values are rounded to f32 first, as for a " +
          'kernel. Infinities and NaN are the strings "Infinity", "-Infinity" and "NaN". ' +
          "If a choice may go either way, `others` lists the other correct values of an element: all from the first to the " +
          "second number of each pair. Problems that violate a constraint of the task are refused; `kernelmark tasks <task>` lists the constraints.",
      ),
  async handler({ case: name, task, seed, numbers }) {
    const [{ findProblem }, { caseDocument }] = await Promise.all([
      import("./find-problem.ts"),
      import("./evaluate-case.ts"),
    ]);
    const found = await findProblem(name, task, seed);
    for (const warning of found.warnings) printRemark(`Warning: ${warning}`);
    if (!numbers) return print(JSON.stringify(caseDocument(found.task, found.problem, found.estimates)));
    const [{ problemNumbers }, { numbersText }] = await Promise.all([
      import("../judge/case-numbers.ts"),
      import("../report/terminal/numbers-text.ts"),
    ]);
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    print(numbersText(problemNumbers(found.task, found.problem, found.estimates), style));
  },
};
