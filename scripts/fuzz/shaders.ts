import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type AdapterChoice, findAdapter } from "../../harness/adapter/adapter.ts";
import { taskFolder, taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { CRASH_SIGNALS } from "../../harness/system/process-end.ts";
import { SupervisedProcess } from "../../harness/worker/supervised-process.ts";
import { mutated } from "./mutations.ts";
import { expectReadable, type FuzzTarget, target } from "./target.ts";

/** The compiling process's request and its answer: null if it made a pipeline. */
export type ToCompiler = { readonly code: string };
export type FromCompiler = { readonly problem: string | null };

/** Beyond the harness's time limit, with a margin for a busy machine. */
const COMPILE_MS = 60_000;

type Compiler = SupervisedProcess<ToCompiler, FromCompiler>;

/**
 * WGSL, compiled by Dawn and the driver in a separate process. That process may die, as a worker may, but it must not
 * give an empty answer.
 */
export function shaders(): FuzzTarget & { readonly crashes: readonly string[] } {
  const crashes: string[] = [];
  let adapter: AdapterChoice | undefined;
  let compiler: Compiler | undefined;
  const codes = taskNames().map((name) => readFileSync(join(taskFolder(name), "plain.wgsl"), "utf8"));
  const compile = async (code: string): Promise<void> => {
    adapter ??= await findAdapter();
    compiler ??= new SupervisedProcess(join(packageRoot(), "dist", "scripts", "fuzz", "compiler-main.js"), adapter);
    const outcome = await compiler.request<FromCompiler>(
      { code },
      { limitMs: COMPILE_MS, onMessage: (message, request) => request.answer(message) },
    );
    if (outcome.kind === "answered") {
      if (outcome.answer.problem !== null) expectReadable(outcome.answer.problem);
      return;
    }
    compiler = undefined;
    crashes.push(code);
    if (outcome.kind !== "died") throw new Error(`the compiler ended: it is ${outcome.kind}`);
    const { signal, code: exitCode, lastWords } = outcome.exit;
    if (!CRASH_SIGNALS.includes(signal)) {
      throw new Error(`the compiler ended: ${signal ?? `exit code ${exitCode}: ${lastWords}`}`);
    }
  };
  return { ...target("shaders", fc.oneof(mutated(codes, 3)), compile, { close: () => compiler?.kill() }), crashes };
}
