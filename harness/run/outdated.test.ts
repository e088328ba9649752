import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import type { Attempt } from "../results/attempt.ts";
import type { Submission } from "../submission/read.ts";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";
import { compareWithLog } from "./outdated.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(async () => {
  await stopBundler();
  rmSync(root, { recursive: true });
});

const folder = join(root, "ada");
const softmax: Submission = { candidate: "ada", task: "softmax", file: "softmax.ts", folder };
const put = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  put("softmax.ts", 'import code from "./kernel.wgsl"; export default () => code;');
  put("kernel.wgsl", "// a");
});

/** The attempt of the submission as it is now. */
async function judged(changes: Partial<Attempt> = {}): Promise<Attempt> {
  const { hash, files, ok } = await bundle(softmax);
  const read = { hash, files: files.map(({ path, text }) => ({ name: path, text })) };
  const cases = ok ? {} : { verdict: "compile-error" as const, cases: [] };
  return madeUpAttempt("ada", "softmax", "accepted", { ...read, ...cases, ...changes });
}

const compare = (attempt: Attempt, submissions: readonly Submission[] = [softmax]) =>
  compareWithLog([attempt], { submissions }, defaultLimits);
const CHANGED = "`ada/softmax.ts` has changed since it was judged, and is judged again.";

it("keeps the attempt of an unchanged submission, accepted or refused by the bundler", async () => {
  const accepted = await judged();
  put("README.md", "new");
  expect(await compare(accepted)).toEqual({ current: [accepted], again: [], gone: [] });
  rmSync(join(folder, "kernel.wgsl"));
  const refused = await judged();
  expect(refused.verdict).toBe("compile-error");
  expect(await compare(refused)).toEqual({ current: [refused], again: [], gone: [] });
});

it.each([
  ["its kernel is changed", () => {}, () => put("kernel.wgsl", "// b")],
  ["its kernel is deleted", () => {}, () => rmSync(join(folder, "kernel.wgsl"))],
  ["a missing kernel is added", () => rmSync(join(folder, "kernel.wgsl")), () => put("kernel.wgsl", "// a")],
  ["an unreadable module is repaired", () => put("softmax.ts", Buffer.from([0xff])), () => put("softmax.ts", "1")],
])("judges a submission again if %s", async (_, before, change) => {
  before();
  const attempt = await judged();
  change();
  expect(await compare(attempt)).toEqual({ current: [], again: [CHANGED], gone: [] });
});

it("judges a submission again if its module has another name", async () => {
  const attempt = await judged({ file: "softmax.js" });
  expect((await compare(attempt)).again).toEqual([CHANGED]);
});

it("judges a submission that was missing", async () => {
  const missing = madeUpAttempt("ada", "softmax", "missing", { file: "" });
  expect((await compare(missing, [])).current).toEqual([missing]);
  expect(await compare(missing)).toEqual({
    ...{ current: [], again: ["`ada/softmax.ts` has been submitted since, and is judged now."], gone: [] },
  });
});

it("keeps the verdict on a submission that is gone, and names it", async () => {
  const attempt = await judged();
  expect(await compare(attempt, [])).toEqual({
    ...{ current: [attempt], again: [] },
    gone: ["`ada/softmax.ts` is no longer there: the verdict on the file that was judged stays."],
  });
});
