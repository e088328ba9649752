import { execFile } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";

interface Outcome {
  readonly code: number;
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
