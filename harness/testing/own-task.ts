import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";

/** A folder outside the repository in which an instructor's own tasks are tried through the command line. */
export class OwnTaskFolder {
  readonly path = mkdtempSync(join(tmpdir(), "kernelmark-own-"));

  /** Runs `kernelmark` as a terminal would: not in CI, and without colours. */
  run(args: readonly string[], cwd = this.path) {
    const { GITHUB_ACTIONS: _, FORCE_COLOR: __, ...env } = process.env;
    const launcher = join(packageRoot(), "bin", "kernelmark.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { cwd, env, encoding: "utf8" });
    return { status, stdout, stderr };
  }

  delete(): void {
    rmSync(this.path, { recursive: true });
  }
}
