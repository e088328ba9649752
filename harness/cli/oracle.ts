import type { Argv, CommandModule } from "yargs";
import { print } from "./output.ts";

interface OracleArguments {
  readonly case: string;
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
        describe: "JSON file with the fields task, shape, params, inputs",
      })
      .example("$0 oracle --case softmax.json", "Print the outputs as JSON")
      .example("$0 oracle --case reference/golden/softmax-0.json", "Evaluate one of the test cases")
      .epilogue(
        'The file looks like {"task": "softmax", "shape": {"rows": 1, "cols": 2}, "params": {}, "inputs": {"x": [0, 1]}}. ' +
          "Tensors are row-major; packed integers are 32-bit words; values are rounded to f32 first, as for a " +
          'kernel. Infinities and NaN are the strings "Infinity", "-Infinity" and "NaN". ' +
          "If a choice may go either way, `others` lists the other correct values of an element: all from the first to the " +
          "second number of each pair. Problems that violate a constraint of the task are refused; `kernelmark tasks <task>` lists the constraints.",
      ),
  handler: async ({ case: file }) => {
    const { evaluateCaseFile } = await import("./evaluate-case.ts");
    print(JSON.stringify(await evaluateCaseFile(file)));
  },
};
