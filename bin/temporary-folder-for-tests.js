import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A killed process cannot delete its folder: its successor does, by this prefix (harness/run/temporary-folder.ts). */
const OF_A_PROCESS = /^kernelmark-of-\d+-/;

/** Keeps the progress that `check` remembers out of the state folder of the user who runs the tests. */
const STATE = "state";

/** Chromium unpacks itself into the temporary folder: in the user's, it stays there for the next run. */
const WITHOUT_BROWSER = ["quick", "isolated", "long"];
const OF_CHROMIUM =
  /^(chromium|fonts|locales|lib(EGL|GLESv2|vk_swiftshader|vulkan)\.so(\.\d+)*|vk_swiftshader_icd\.json)$/;

/**
 * Gives a test project its own temporary folder, and fails the run if any file is left there.
 *
 * @param {{ readonly name: string }} project
 */
export default function setup({ name }) {
  if (!WITHOUT_BROWSER.includes(name)) return withOwnState();
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-tests-"));
  // Node keeps its cache of compiled code there.
  const own = {
    // Windows reads the other two.
    ...{ TMPDIR: folder, TEMP: folder, TMP: folder },
    NODE_DISABLE_COMPILE_CACHE: "1",
    XDG_STATE_HOME: join(folder, STATE),
  };
  const others = Object.keys(own).map((name) => /** @type {const} */ ([name, process.env[name]]));
  Object.assign(process.env, own);
  return () => {
    const isExpected = (entry) => entry === STATE || OF_A_PROCESS.test(entry) || OF_CHROMIUM.test(entry);
    const left = readdirSync(folder).filter((entry) => !isExpected(entry));
    rmSync(folder, { recursive: true, force: true });
    for (const [name, value] of others) restore(name, value);
    if (left.length === 0) return;
    throw new Error(
      `Tests left ${left.length} entries in the temporary folder: ${left.join(", ")}. Delete them in the test that makes them.`,
    );
  };
}

function withOwnState() {
  const { XDG_STATE_HOME } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-tests-"));
  process.env.XDG_STATE_HOME = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true });
    restore("XDG_STATE_HOME", XDG_STATE_HOME);
  };
}

/** @param {string} name @param {string | undefined} value */
function restore(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
