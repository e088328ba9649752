import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";
import type { AttemptCache, KnownAttempt } from "./attempt-cache.ts";
import { findUnchanged } from "./unchanged.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(async () => {
  await stopBundler();
  rmSync(root, { recursive: true });
});

const folder = join(root, "alice");
const submission = { candidate: "alice", task: "softmax", file: "softmax.ts", folder };
const MODULE =
  'import { a } from "./a"; import b from "./b.js"; import c from "./c.wgsl"; export default () => [a, b, c];';

function put(name: string, text: string) {
  writeFileSync(join(folder, name), text);
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  put("softmax.ts", MODULE);
  put("a.ts", "export const a = 1;");
  put("b.ts", "export default 2;");
  put("c.wgsl", "// c");
});

/** Bundles the folder, changes it, and returns whether it counts as unchanged and whether its hash is the same. */
async function after(change: () => void) {
  const before = await bundle(submission);
  const files = before.files.map(({ path, text }) => ({ name: path, text }));
  const known: KnownAttempt = { run: "monday", attempt: madeUpAttempt("alice", "softmax", "accepted", { files }) };
  change();
  const cache: Pick<AttemptCache, "withModule"> = {
    withModule: async (_task, file, text) =>
      files.some((one) => one.name === file && one.text === text) ? [known] : [],
  };
  const found = await findUnchanged(cache, submission, defaultLimits);
  const now = await bundle(submission);
  return { isFound: found === known, isSame: now.ok && now.hash === before.hash };
}

it("finds an unchanged submission, whatever else is in the folder", async () => {
  expect(await after(() => {})).toEqual({ isFound: true, isSame: true });
  expect(await after(() => put("README.md", "new"))).toEqual({ isFound: true, isSame: true });
});

it.each([
  ["the module", () => put("softmax.ts", `${MODULE} `)],
  ["an imported file", () => put("c.wgsl", "// d")],
  ["an imported file that is gone", () => rmSync(join(folder, "c.wgsl"))],
  ["a file that takes precedence for its import", () => put("b.js", "export default 3;")],
  ["a file without extension that takes precedence for its import", () => put("a", "text")],
  ["a link that takes precedence for its import", () => symlinkSync("a.ts", join(folder, "a"))],
  [
    "a link in place of a file",
    () => {
      rmSync(join(folder, "c.wgsl"));
      put("d.wgsl", "// c");
      symlinkSync("d.wgsl", join(folder, "c.wgsl"));
    },
  ],
])("sees a change in %s", async (_what, change) => {
  expect(await after(change)).toEqual({ isFound: false, isSame: false });
});
