import { loadTask, taskNames } from "../../harness/catalog/load.ts";
import type { Task } from "../../harness/task/task.ts";
import { builtInKernels } from "../../harness/testing/corpus/built-in-kernels.ts";
import { variants } from "../../harness/testing/corpus/corpora.ts";
import { type Entry, entry } from "../../harness/testing/corpus/entry.ts";

const MADE = { corpus: "made", file: "scripts/redteam/made.ts" } as const;

/** Values written instead of an answer. `input` is the task's first f32 input, `i` the element's index. */
const EMPTY_ANSWERS = {
  zeros: "0.0",
  constant: "1.0",
  mean: "mean()",
  "copied-input": "bitcast<f32>(input[i % arrayLength(&input)])",
} as const;

/** For every task: zeros, a constant, the mean of an input, a copy of an input. */
export async function emptyAnswers(): Promise<Entry[]> {
  const tasks = await Promise.all(taskNames().map(loadTask));
  return tasks.flatMap((task) =>
    Object.entries(EMPTY_ANSWERS).map(([name, value]) =>
      entry({
        ...{ ...MADE, name, task: task.spec.name, row: 9, expect: "wrong-answer", everywhere: true },
        idea: `writes ${name.replace("-", " ")} into every output.`,
        module: emptyAnswer(task, value),
      }),
    ),
  );
}

function emptyAnswer({ spec }: Task, value: string): string {
  const input = (spec.inputs.find(({ type }) => type === "f32") ?? spec.inputs[0]!).name;
  const code = `
    @group(0) @binding(0) var<storage, read> input: array<u32>;
    @group(0) @binding(1) var<storage, read_write> output: array<f32>;
    fn mean() -> f32 {
      let count = min(arrayLength(&input), 256u);
      var sum = 0.0;
      for (var i = 0u; i < count; i++) { sum += bitcast<f32>(input[i]); }
      return sum / f32(count);
    }
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
      for (var i = id.x; i < arrayLength(&output); i += 64u * groups.x) { output[i] = ${value}; }
    }`;
  const passes = spec.outputs.map(({ name }) => ({ code, bindings: [input, name], workgroups: [64] }));
  return `export default () => (${JSON.stringify({ passes })});\n`;
}

/** Texts too long to keep in the corpus, which would keep the process with the marks busy. */
export function busyTexts(): Entry[] {
  const declarations = Array.from(
    { length: 30 },
    (_, index) => `let a${index} = b${index} * ${"c + ".repeat(index)}c;`,
  );
  const imports = Array.from({ length: 8_000 }, (_, index) => `import "./${index}";`);
  return [
    entry({
      ...{ ...MADE, name: "unclosed-templates", task: "softmax", row: 4, expect: "plan-error" },
      idea: "opens thirty thousand template lists in text that is compared with others' kernels, and closes none.",
      module: `export const text = "${declarations.join(" ")} ${"var<".repeat(30_000)}";\nexport default () => undefined;\n`,
    }),
    entry({
      ...{ ...MADE, name: "thousands-of-imports", task: "softmax", row: 4, expect: "compile-error" },
      idea: "imports 8,000 missing files in one line, which is shown with each refusal.",
      module: `${imports.join("")}\nexport default () => undefined;\n`.replaceAll('t "', 't"'),
    }),
  ];
}

/**
 * Correct kernels in many forms, each bundled into one module: the built-in kernels of all tasks, and the proofs'
 * variants, in an order that `pick` chooses.
 *
 * @param count at least two for each task
 */
export async function honestSubmissions(
  count: number,
  pick: (length: number) => number,
  tasks: readonly string[] = taskNames(),
): Promise<Entry[]> {
  const builtIn = tasks.flatMap(builtInKernels);
  const honest = await Promise.all(tasks.map(honestVariants));
  const others: Entry[][] = [];
  while (builtIn.length + others.length < count && honest.some((list) => list.length > 0)) {
    const list = honest[others.length % tasks.length]!;
    if (list.length > 0) others.push(list.splice(pick(list.length), 1));
    else others.push([]);
  }
  return [...builtIn, ...others.flat()]
    .slice(0, Math.max(count, builtIn.length))
    .map((one) => ({ ...one, name: `honest-${one.name.replace(/[^a-z0-9]+/gi, "-")}` }));
}

async function honestVariants(task: string): Promise<Entry[]> {
  return (await variants(task)).filter(({ expect }) => expect.includes("accepted"));
}
