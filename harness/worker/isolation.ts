import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { UserError } from "../text/user-error.ts";
import { confinedStart } from "./confinement.ts";

/**
 * Makes sure that `isIsolated` works here, by really starting Node so.
 *
 * @throws UserError that says how to mend it where it does not
 */
export async function requireIsolation(adapter: Pick<AdapterChoice, "environment" | "kind">): Promise<void> {
  if (process.platform !== "linux") {
    throw new UserError("--isolate needs bubblewrap, which there is for Linux only.", "Leave --isolate out.");
  }
  const folder = makeTemporaryFolder();
  try {
    const { execPath, execArgv } = confinedStart(adapter, { isIsolated: true }, folder);
    const failure = await failureOf(execPath, [...execArgv, "--version"]);
    if (failure?.code === "ENOENT") {
      throw new UserError(
        "--isolate needs bubblewrap, and there is no bwrap on this machine.",
        "Install it: sudo apt install bubblewrap",
      );
    }
    if (failure !== undefined) {
      throw new UserError(
        `--isolate needs bubblewrap, and it does not work here (${failure.words}).`,
        "Let users make namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 user.max_user_namespaces=10000 (in a container: start it with --security-opt seccomp=unconfined); or leave --isolate out.",
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failureOf(program: string, args: readonly string[]): Promise<{ code: unknown; words: string } | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, (error, _, stderr) => {
      if (error === null) resolve(undefined);
      else resolve({ code: error.code, words: (stderr.trim() || error.message).split("\n").at(-1)! });
    });
  });
}
