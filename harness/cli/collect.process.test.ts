import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { TestTree } from "../testing/test-tree.ts";

let tree: TestTree;
beforeEach(() => {
  tree = new TestTree();
  const plain = (file: string) => readFileSync(join(packageRoot(), "submissions/plain", file), "utf8");
  tree.write({
    "download/lovelaceada_7_1_softmax-1.ts": plain("softmax.ts"),
    "download/lovelaceada_7_2_softmax-1.wgsl": plain("softmax.wgsl"),
    "download/unknownann_LATE_8_3_softmax.ts": plain("softmax.ts"),
    "roster.csv": "candidate,name\nada,Ada Lovelace\nann,Ann Unknown-Smith\n",
  });
});
afterEach(() => tree.delete());

function kernelmark(...args: readonly string[]) {
  const cli = join(packageRoot(), "bin/kernelmark.js");
  return execa(process.execPath, [cli, ...args], {
    cwd: tree.folder,
    reject: false,
    env: { NO_COLOR: "1", COLUMNS: "80" },
  });
}

const inFolder = () => readdirSync(tree.folder).sort();

test("a raw export is collected after a preview and a correction, and each step names the next", async () => {
  const grade = await kernelmark("grade", "download");
  expect(grade.exitCode).toBe(2);
  expect(grade.stderr).toContain(
    "Run `npx kernelmark collect download --into download-collected`, then grade that folder.",
  );

  const collect = ["collect", "download", "--into", "week-3", "--roster", "roster.csv"];
  const preview = await kernelmark(...collect, "--dry-run");
  expect(preview.stdout).toContain("Canvas download: 1 hand-in mapped, 1 unclear.");
  expect(preview.stdout).toContain("`unknownann` is not on the roster.");
  expect(preview.stdout).toMatch(/Nothing was written\.$/);
  expect(preview.exitCode).toBe(1);
  expect(inFolder()).toEqual(["download", "roster.csv"]);

  const first = await kernelmark(...collect);
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toContain("ann (Ann Unknown-Smith)");
  expect(first.stdout).toContain("--mapping week-3/collected.csv");
  expect(readdirSync(join(tree.folder, "week-3")).sort()).toEqual(["ada", "collected.csv"]);

  const file = join(tree.folder, "week-3/collected.csv");
  writeFileSync(file, readFileSync(file, "utf8").replace("\n,unknownann*", "\nann,unknownann*"));
  const refused = await kernelmark(...collect);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(
    "`week-3/collected.csv` exists already, and differs from the mapping of this download.",
  );

  const second = await kernelmark(...collect, "--mapping", "week-3/collected.csv", "--json");
  expect(second.exitCode).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({
    schema: 1,
    layout: "Canvas download",
    entries: [
      { candidate: "ada", late: "" },
      { candidate: "ann", late: "yes" },
    ],
    absent: [],
    copied: { copied: ["ann"], unchanged: ["ada"] },
  });
  expect((await kernelmark("check", "week-3/ada/softmax.ts")).stdout).toContain("softmax: accepted");
});
