import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { installAdvice } from "../adapter/driver-advice.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { currentSystem } from "../system/current-system.ts";
import { UserError } from "../text/user-error.ts";
import { confinedStart } from "./confinement.ts";

/**
 * Checks that `isIsolated` works on this machine, by starting Node with it.
 *
 * @throws UserError with a fix if it does not
 */
export async function requireIsolation(adapter: Pick<AdapterChoice, "environment" | "kind">): Promise<void> {
  if (currentSystem() !== "linux") {
    throw new UserError("--isolate needs bubblewrap, which runs only on Linux.", "Omit --isolate.");
  }
  const folder = makeTemporaryFolder();
  try {
    const { execPath, execArgv } = confinedStart(adapter, { isIsolated: true }, folder);
    const failure = await failureOf(execPath, [...execArgv, "--version"]);
    if (failure?.code === "ENOENT") {
      throw new UserError("--isolate needs bubblewrap, but bwrap is not installed.", installAdvice("bubblewrap"));
    }
    if (failure !== undefined) {
      throw new UserError(
        `--isolate needs bubblewrap, but it does not work here (${failure.words}).`,
        "Allow users to create namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 user.max_user_namespaces=10000 (in a container: start it with --security-opt seccomp=unconfined); or omit --isolate.",
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
