import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Who is killed cannot delete its own: its successor does, by this name (harness/run/temporary-folder.ts). */
const OF_A_PROCESS = /^kernelmark-of-\d+-/;

/** Chromium unpacks itself into the folder for temporary files, and stays there for the next run. */
const WITHOUT_BROWSER = ["quick", "long"];

/**
 * Gives a project of tests a folder for temporary files of its own, and fails the run if anything is left in it.
 *
 * @param {{ readonly name: string }} project
 */
export default function setup({ name }) {
  if (!WITHOUT_BROWSER.includes(name)) return undefined;
  const { TMPDIR, NODE_DISABLE_COMPILE_CACHE } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-tests-"));
  // Node keeps its cache of compiled code there for good.
  Object.assign(process.env, { TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: "1" });
  return () => {
    const left = readdirSync(folder).filter((name) => !OF_A_PROCESS.test(name));
    rmSync(folder, { recursive: true, force: true });
    restore("TMPDIR", TMPDIR);
    restore("NODE_DISABLE_COMPILE_CACHE", NODE_DISABLE_COMPILE_CACHE);
    if (left.length === 0) return;
    throw new Error(
      `Tests left ${left.length} in the folder for temporary files: ${left.join(", ")}. Delete what a test makes.`,
    );
  };
}

/** @param {string} name @param {string | undefined} value */
function restore(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
