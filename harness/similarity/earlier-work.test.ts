import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeResults } from "../run/results-file.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { readEarlierWork } from "./earlier-work.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = join(folder, "reports", "now");
const TASKS = ["softmax", "attention"];

async function writeRun(path: string, candidate: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  const files = [{ name: "softmax.wgsl", text: candidate }];
  await writeResults(madeUpRun([madeUpAttempt(candidate, "softmax", "accepted", { files })]), path);
}

it("is read from submissions: the modules, and what they import", async () => {
  const root = join(folder, "2024");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write(
    "ada/softmax.ts",
    'import { code } from "./lib/code";\nimport "kernelmark";\nexport * from "../eve/secret.ts";',
  );
  write("ada/lib/code.ts", "export { default as code } from './kernel.wgsl';\nimport('./none.js');");
  write("ada/lib/kernel.wgsl", "fn main() {}");
  write("ada/notes.wgsl", "fn other() {}");
  write("eve/secret.ts", "export default 2;");
  write("eve/attention.js", "export default 1;");
  const earlier = await readEarlierWork(root, TASKS, NOW);
  expect(earlier.map(({ cohort, candidate, task }) => [cohort, candidate, task])).toEqual([
    ["2024", "ada", "softmax"],
    ["2024", "eve", "attention"],
  ]);
  expect(earlier[0]!.files.map(({ name }) => name)).toEqual(["lib/code.ts", "lib/kernel.wgsl", "softmax.ts"]);
});

it("is read from a run, or from a folder of runs without the run itself", async () => {
  const reports = join(folder, "reports");
  await writeRun(join(reports, "2024"), "ada");
  await writeRun(join(reports, "2025"), "eve");
  await writeRun(NOW, "zoe");
  writeFileSync(join(reports, "notes.txt"), "");
  expect(await readEarlierWork(join(reports, "2024"), TASKS, NOW)).toMatchObject([
    { cohort: "2024", candidate: "ada" },
  ]);
  const all = await readEarlierWork(reports, TASKS, NOW);
  expect(all.map(({ cohort, candidate }) => `${cohort} ${candidate}`)).toEqual(["2024 ada", "2025 eve"]);
});

it("is refused if it is missing, or has no work in it", async () => {
  await expect(readEarlierWork(join(folder, "none"), TASKS, NOW)).rejects.toThrow(
    "of --against cannot be read (ENOENT).",
  );
  mkdirSync(join(folder, "empty", "ada", "lib"), { recursive: true });
  writeFileSync(join(folder, "empty", "ada", "notes.txt"), "");
  await expect(readEarlierWork(join(folder, "empty"), TASKS, NOW)).rejects.toThrow("has no submissions in it.");
});

it("is read from a folder of several cohorts", async () => {
  for (const path of ["all/2022/ada", "all/2023/eve"]) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "softmax.ts"), "");
  }
  const earlier = await readEarlierWork(join(folder, "all"), TASKS, NOW);
  expect(earlier.map(({ cohort, candidate }) => `${cohort} ${candidate}`)).toEqual(["2022 ada", "2023 eve"]);
});

it("is read in time, though modules import each other in every line", async () => {
  mkdirSync(join(folder, "circle", "ada"), { recursive: true });
  const imports = Array.from({ length: 26 }, (_, at) => `import "./${String.fromCharCode(97 + at)}.ts";\n`)
    .join("")
    .repeat(50);
  for (let at = 0; at < 26; at++)
    writeFileSync(join(folder, "circle/ada", `${String.fromCharCode(97 + at)}.ts`), imports);
  writeFileSync(join(folder, "circle/ada/softmax.ts"), imports);
  const [read] = await readEarlierWork(join(folder, "circle"), TASKS, NOW);
  expect(read!.files.length).toBeGreaterThan(1);
});
