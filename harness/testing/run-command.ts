import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command, built if necessary. */
export function kernelmark(...args: string[]): Promise<Outcome> {
  // Node warns if both colour variables are set, and a CI service may set either.
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  // Other tests solve tasks.
  const env = { ...inherited, COLUMNS: "", XDG_STATE_HOME: "/nonexistent" };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(packageRoot(), "bin", "kernelmark.js"), ...args],
      { env, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** What a process wrote until its end. */
export function ended(child: ChildProcess): Promise<Outcome> {
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text) => {
      said[stream] += text;
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ ...said, code }));
  });
}
