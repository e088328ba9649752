import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { loadTask, taskFolder } from "../../catalog/load.ts";
import { packageRoot } from "../../files/package-root.ts";
import { withEdits } from "../../task/edits.ts";
import { onePassModule, withoutMarks } from "../../task/one-pass.ts";
import type { PlanFunction } from "../../task/plan.ts";
import { type Entry, importsBuiltIn } from "./entry.ts";

/** The files of an entry's submission, by name. */
export async function submittedFiles(entry: Entry): Promise<Readonly<Record<string, string>>> {
  const { task, module, files } = entry;
  if (files !== undefined) return files;
  if (module === undefined) return { [`${task}.js`]: await builtIn(entry, "default") };
  const own = { [`${task}.ts`]: module };
  return importsBuiltIn(module) ? { ...own, "plain.js": await builtIn(entry, "plain") } : own;
}

/** Writes an entry's submission. Entries with the same name share a folder. */
export async function writeSubmission(root: string, entry: Entry): Promise<void> {
  for (const [name, text] of Object.entries(await submittedFiles(entry))) {
    const path = join(root, entry.name, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** An entry's plan function. Throws if its module does not export one. */
export async function planOf(entry: Entry): Promise<PlanFunction> {
  const files = await submittedFiles(entry);
  const script = await bundle({
    stdin: { contents: `export { default } from "./${entry.task}";` },
    plugins: [virtualFiles(files)],
  });
  const module = await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(script).toString("base64")}`
  );
  return module.default;
}

/** The built-in kernel or the entry's base, edited, as one module, since a candidate's folder has no other files. */
async function builtIn(entry: Entry, exportedAs: string): Promise<string> {
  const { task, name, file, base, edit } = entry;
  const folder = base === undefined ? taskFolder(task) : join(packageRoot(), dirname(base));
  const contents =
    base === undefined
      ? await builtInModule(entry, exportedAs)
      : `export { default as ${exportedAs} } from "./${basename(base)}";`;
  const options: Source = { stdin: { contents, resolveDir: folder } };
  const paths = await inputsOf(options);
  // A definition needs the marks of its kernel, and removes them itself.
  const sources = paths.map((path) => sourceOf(path, paths.includes(join(dirname(path), "task.ts"))));
  const [module, ...edited] = withEdits([contents, ...sources], edit, `${file}, "${name}/${task}"`);
  const texts = new Map(paths.map((input, index) => [input, edited[index]!]));
  return bundle({ stdin: { contents: module!, resolveDir: folder }, plugins: [editedFiles(texts)] });
}

async function builtInModule({ task, of = "plain" }: Entry, exportedAs: string): Promise<string> {
  const [exported, ...parts] = of.split(".");
  const { spec, onePass = {} } = await loadTask(task);
  const pass = exported === "plain" || exported === "tuned" ? onePass[exported] : undefined;
  if (pass !== undefined) return onePassModule(spec, pass, exportedAs, `./${exported}.wgsl`);
  const hasModule = existsSync(join(taskFolder(task), `${exported}.ts`));
  const imported = hasModule
    ? `import { ${exported} as from } from "./${exported}.ts";`
    : `import task from "./task.ts"; const from = task.${exported};`;
  return `${imported}
    const kernel = ${["from", ...parts].join(".")};
    export { kernel as ${exportedAs} };`;
}

function sourceOf(path: string, hasMarks: boolean): string {
  const text = readFileSync(path, "utf8");
  return path.endsWith(".wgsl") && !hasMarks ? withoutMarks(text) : text;
}

const BUNDLE = {
  absWorkingDir: packageRoot(),
  bundle: true,
  format: "esm",
  platform: "neutral",
  loader: { ".wgsl": "text" },
  // The module that candidates import as well.
  external: ["kernelmark"],
  write: false,
} satisfies BuildOptions;

type Source = Pick<BuildOptions, "stdin" | "plugins">;

/** The files of a bundle. */
async function inputsOf(options: Source): Promise<string[]> {
  const { metafile } = await build({ ...BUNDLE, ...options, metafile: true });
  return Object.keys(metafile.inputs)
    .filter((input) => input !== "<stdin>")
    .map((input) => join(packageRoot(), input));
}

async function bundle(options: Source): Promise<string> {
  const { outputFiles } = await build({ ...BUNDLE, ...options });
  return outputFiles[0]!.text;
}

function editedFiles(texts: ReadonlyMap<string, string>): Plugin {
  return {
    name: "edited files",
    setup({ onLoad }) {
      onLoad({ filter: /./ }, ({ path }) => {
        const contents = texts.get(path);
        return contents === undefined ? undefined : { contents, loader: path.endsWith(".wgsl") ? "text" : "ts" };
      });
    },
  };
}

/** A candidate's folder in memory. */
function virtualFiles(files: Readonly<Record<string, string>>): Plugin {
  const endings = ["", ".ts", ".js"];
  return {
    name: "virtual files",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, importer }) => {
        const name = posix.join(posix.dirname(importer), path);
        const ending = endings.find((one) => name + one in files);
        return ending === undefined ? undefined : { path: name + ending, namespace: "virtual" };
      });
      onLoad({ filter: /./, namespace: "virtual" }, ({ path }) => ({
        contents: files[path]!,
        loader: path.endsWith(".wgsl") ? "text" : "ts",
      }));
    },
  };
}
