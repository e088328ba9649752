import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { standaloneTypes } from "../catalog/candidate-types.ts";
import type { Task } from "../task/task.ts";

export interface EditorFile {
  readonly name: string;
  readonly text: string;
}

/** Compiler options that match the sandbox, which has no DOM and no Node.js. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2022"],
    types: [],
    module: "esnext",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    // An installed package declares the same modules, and would be read as well.
    paths: { kernelmark: ["./kernelmark.d.ts"] },
    strict: true,
    noEmit: true,
  },
};

/**
 * The files that a candidate's folder still needs for an editor to find `kernelmark`'s types: none inside a project
 * that is set up for it. They go into the candidate's folder, since a pull request may change no other.
 */
export function editorFiles(folder: string, added: readonly Task[]): EditorFile[] {
  const above = foldersAbove(resolve(folder));
  const hasTypes = above.some((one) => isKernelmark(one) || isKernelmark(join(one, "node_modules", "kernelmark")));
  if (hasTypes && above.some((one) => existsSync(join(one, "tsconfig.json")))) return [];
  const files = [{ name: "kernelmark.d.ts", text: standaloneTypes(added) }];
  if (existsSync(join(folder, "tsconfig.json"))) return files;
  return [{ name: "tsconfig.json", text: `${JSON.stringify(TSCONFIG, null, 2)}\n` }, ...files];
}

/** The folder itself and all its parents. */
function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

function isKernelmark(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name === "kernelmark";
  } catch {
    return false;
  }
}
