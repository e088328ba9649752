import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { UserError } from "../text/user-error.ts";
import { findTaskFolders } from "./load.ts";

const IMPORT =
  /^import (type )?\{([^}]*)\} from "(?:\.\.\/){3}(?:harness\/task\/[^"]+|reference\/(?:bounded|oracle|random)\.ts)";\n/gm;

/** All but golden files, which say what task they are of. */
const FILES = /^task\.ts$|\.wgsl$|^equivalents\.yaml$/;

/** The built-in tasks that a new one can start from: those with one definition, which imports the authoring API alone. */
export function modelTasks(): string[] {
  return [...models().keys()];
}

/**
 * Writes a new task that computes the function of a built-in one, as a folder outside of this package.
 *
 * @returns the paths of the files
 * @throws UserError if there is no such model, or the folder exists
 */
export function writeTask(name: string, model: string, parent: string): string[] {
  const source = models().get(model);
  if (source === undefined) {
    throw new UserError(`--like: no new task can start from "${model}".`, `Choose one of: ${modelTasks().join(", ")}.`);
  }
  const folder = join(parent, name);
  if (existsSync(folder)) throw new UserError(`${folder} exists already.`, "Choose another name, or delete it.");
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(source).filter((file) => FILES.test(file));
  writeEditorConfiguration(parent);
  return files.sort().map((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const path = join(folder, file);
    writeFileSync(path, file === "task.ts" ? outsideText(text, name, model) : text);
    return path;
  });
}

/** What the definitions of tasks are written for; a folder that has a configuration keeps it. */
function writeEditorConfiguration(parent: string): void {
  const path = join(parent, "tsconfig.json");
  if (existsSync(path)) return;
  const language = { target: "es2023", lib: ["es2023"], module: "esnext", moduleResolution: "bundler", types: [] };
  const checks = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true };
  writeFileSync(path, `${JSON.stringify({ compilerOptions: { ...language, ...checks } }, null, 2)}\n`);
}

function models(): Map<string, string> {
  const folders = findTaskFolders(join(packageRoot(), "kernels"));
  return new Map([...folders].filter(([, folder]) => isModel(folder)));
}

function isModel(folder: string): boolean {
  const module = join(folder, "task.ts");
  if (!existsSync(module)) return false;
  const text = readFileSync(module, "utf8");
  return text.includes("composeTask(") && !/from "\.\.?\/[^"]*(?<!\.wgsl)"/.test(text.replace(IMPORT, ""));
}

/** A definition with the imports, the name and the family of a task that is not in this repository. */
function outsideText(text: string, name: string, model: string): string {
  const names = Array.from(text.matchAll(IMPORT), ([, type = "", list]) =>
    list!.split(",").flatMap((one) => (one.trim() === "" ? [] : [`${type}${one.trim()}`])),
  ).flat();
  return `/// <reference types="kernelmark" />\nimport {\n  ${names.sort().join(",\n  ")},\n} from "kernelmark/task";\n${text.replace(IMPORT, "")}`
    .replace(`name: ${JSON.stringify(model)}`, `name: ${JSON.stringify(name)}`)
    .replace(/^( {2}family: ").*(",)$/m, "$1own$2");
}
