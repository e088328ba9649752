import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { loadTask, taskFolder, taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Task } from "../../harness/task/task.ts";
import type { Variants } from "../../harness/task/variant.ts";
import type { KnownSubmission } from "./corpus.ts";

const WRONG = {
  row: 9,
  verdict: "wrong-answer",
  extension: ".js",
  isMeasured: false,
  isWrongEverywhere: true,
} as const;
const HONEST = {
  row: null,
  verdict: "accepted",
  extension: ".js",
  isMeasured: false,
  isWrongEverywhere: false,
} as const;

/** What is written in place of an answer. `input` is the task's first f32 input, `i` the element's index. */
const EMPTY_ANSWERS = {
  zeros: "0.0",
  constant: "1.0",
  mean: "mean()",
  "copied-input": "bitcast<f32>(input[i % arrayLength(&input)])",
} as const;

/** For every task: zeros, a constant, the mean of an input, a copy of an input. */
export async function emptyAnswers(): Promise<KnownSubmission[]> {
  const tasks = await Promise.all(taskNames().map(loadTask));
  return tasks.flatMap((task) =>
    Object.entries(EMPTY_ANSWERS).map(([name, value]) => ({
      ...WRONG,
      candidate: name,
      task: task.spec.name,
      about: `writes ${name.replace("-", " ")} into every output.`,
      source: emptyAnswer(task, value),
    })),
  );
}

function emptyAnswer({ spec }: Task, value: string): string {
  const input = spec.inputs.find(({ type }) => type === "f32")!.name;
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

const BUSY = { task: "softmax", row: 4, extension: ".ts", isMeasured: false, isWrongEverywhere: false } as const;

/** Texts that are too long to be kept, and would keep the process that holds the marks busy. */
export function busyTexts(): KnownSubmission[] {
  const declarations = Array.from(
    { length: 30 },
    (_, index) => `let a${index} = b${index} * ${"c + ".repeat(index)}c;`,
  );
  const imports = Array.from({ length: 8_000 }, (_, index) => `import "./${index}";`);
  return [
    {
      ...BUSY,
      candidate: "unclosed-templates",
      verdict: "plan-error",
      about: "opens a template list thirty thousand times in what is compared with others' kernels, and closes none.",
      source: `export const text = "${declarations.join(" ")} ${"var<".repeat(30_000)}";\nexport default () => undefined;\n`,
    },
    {
      ...BUSY,
      candidate: "thousands-of-imports",
      verdict: "compile-error",
      about: "imports 8,000 files that are not there, all in one line, which is shown with each refusal.",
      source: `${imports.join("")}\nexport default () => undefined;\n`.replaceAll('t "', 't"'),
    },
  ];
}

/**
 * Right kernels in many forms, each bundled into one module: the house kernels of all tasks, and variants that the
 * proofs keep beside them, in an order that `pick` chooses.
 *
 * @param count at least two for each task
 */
export async function honestSubmissions(
  count: number,
  pick: (length: number) => number,
  tasks: readonly string[] = taskNames(),
): Promise<KnownSubmission[]> {
  // What a composed task's plans are made by needs Node, which no submission has.
  const written = tasks.filter((task) => existsSync(join(taskFolder(task), "plain.ts")));
  const house = written.flatMap((task) =>
    (["plain", "tuned"] as const).map((kernel) => ({ task, file: kernel, value: kernel, name: kernel as string })),
  );
  const variants = await Promise.all(written.map(honestVariants));
  const others: typeof variants = [];
  while (house.length + others.length < count && variants.some((list) => list.length > 0)) {
    const list = variants[others.length % written.length]!;
    if (list.length > 0) others.push(list.splice(pick(list.length), 1));
    else others.push([]);
  }
  const chosen = [...house, ...others.flat()].slice(0, Math.max(count, house.length));
  return Promise.all(
    chosen.map(async ({ task, file, value, name }) => ({
      ...HONEST,
      candidate: `honest-${name}`,
      task,
      about: `the house's own: ${name}.`,
      source: await bundleKernel(join(taskFolder(task), `${file}.ts`), file, value),
    })),
  );
}

async function honestVariants(task: string) {
  const path = join(taskFolder(task), "variants.ts");
  const module: { variants: Variants } = await import(builtPath(path));
  return module.variants.honest.map(({ name }, index) => ({
    task,
    file: "variants" as const,
    value: `variants.honest[${index}].plan`,
    name: name.replace(/[^a-z0-9]+/gi, "-"),
  }));
}

/** Where the build puts a source file, if this runs from there. */
function builtPath(path: string): string {
  if (!import.meta.url.includes("/dist/")) return path;
  const from = relative(packageRoot(), dirname(path));
  return join(packageRoot(), "dist", from, basename(path).replace(/\.ts$/, ".js"));
}

/** A candidate has to bring everything along in a folder of his own: one module does. */
export async function bundleKernel(file: string, exported: string, value: string): Promise<string> {
  const result = await build({
    stdin: {
      contents: `import { ${exported} } from ${JSON.stringify(file)}; export default ${value};`,
      resolveDir: dirname(file),
      loader: "ts",
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    loader: { ".wgsl": "text" },
    // Candidates import from there as well.
    external: ["kernelmark"],
    write: false,
  });
  return result.outputFiles[0]!.text;
}
