import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { writeResults } from "../run/results-file.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";

/** As objects, the attempts take twice as much: a report that holds all of them ends without memory. */
const MOST_MEBIBYTES = 96;
const ATTEMPTS = 1500;
const CASES = 300;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("writes all reports of a large run, and compares it, in little memory", async () => {
  const attempts = Array.from({ length: ATTEMPTS }, (_, index) => {
    const attempt = madeUpAttempt(`candidate-${index}`, "softmax", "wrong-answer");
    const [right, wrong] = attempt.cases;
    const cases = Array.from({ length: CASES }, (_, at) => ({ ...right!, index: at + 2, data: `data ${index} ${at}` }));
    return { ...attempt, cases: [right!, wrong!, ...cases], log: `${index}\n` };
  });
  await writeResults(madeUpRun(attempts, { builtInCode: [] }), folder);
  attempts.length = 0;
  const kernelmark = (...command: readonly string[]) =>
    execa(process.execPath, [
      `--max-old-space-size=${MOST_MEBIBYTES}`,
      join(packageRoot(), "bin/kernelmark.js"),
      ...command,
    ]);
  const out = join(folder, "out");
  await kernelmark("report", folder, "--out", out);
  expect(await readdir(join(out, "feedback"))).toHaveLength(2 * ATTEMPTS);
  expect(await readdir(out)).toEqual(expect.arrayContaining(["cases.csv", "index.html", "marks.csv", "similar.csv"]));
  const { stdout } = await kernelmark("compare", folder, out, "--json");
  expect(JSON.parse(stdout)).toMatchObject({ attemptCount: ATTEMPTS, moves: [] });
});
