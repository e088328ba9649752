import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type AdapterChoice, findAdapter } from "../../harness/adapter/adapter.ts";
import { taskFolder, taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { Child } from "../../harness/worker/child.ts";
import { CRASH_SIGNALS } from "../../harness/worker/worker-death.ts";
import { mutated } from "./mutations.ts";
import { expectReadable, type FuzzTarget, target } from "./target.ts";

/** What the process that compiles is asked, and what it answers: null where a pipeline was made. */
export type ToCompiler = { readonly code: string };
export type FromCompiler = { readonly problem: string | null };

/** Beyond the time limit that the harness has for it, with room for a busy machine. */
const COMPILE_MS = 60_000;

type Compiler = Child<ToCompiler, FromCompiler>;

/**
 * WGSL, compiled by Dawn and the driver in a process of its own. That process may die, as a worker may; it may not answer
 * with nothing.
 */
export function shaders(): FuzzTarget & { readonly crashes: readonly string[] } {
  const crashes: string[] = [];
  let adapter: AdapterChoice | undefined;
  let compiler: Compiler | undefined;
  const codes = taskNames().map((name) => readFileSync(join(taskFolder(name), "plain.wgsl"), "utf8"));
  const compile = async (code: string): Promise<void> => {
    adapter ??= await findAdapter();
    compiler ??= new Child(join(packageRoot(), "dist", "scripts", "fuzz", "compiler-main.js"), adapter);
    const outcome = await ask(compiler, code);
    if (typeof outcome === "string") {
      compiler = undefined;
      crashes.push(code);
      if (!CRASH_SIGNALS.includes(outcome as NodeJS.Signals)) throw new Error(`the compiler ended: ${outcome}`);
    } else if (outcome.problem !== null) expectReadable(outcome.problem);
  };
  return { ...target("shaders", fc.oneof(mutated(codes, 3)), compile, { close: () => compiler?.kill() }), crashes };
}

function ask(compiler: Compiler, code: string): Promise<FromCompiler | string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("it hangs"), COMPILE_MS);
    compiler.listen((message) => {
      clearTimeout(timer);
      resolve(message);
    });
    compiler.exited.then(({ signal, code, lastWords }) => {
      clearTimeout(timer);
      resolve(signal ?? `exit code ${code}: ${lastWords}`);
    });
    compiler.send({ code });
  });
}
