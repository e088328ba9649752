import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function init(...args: string[]) {
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  return spawnSync(process.execPath, [launcher, "init", ...args], { cwd: folder, encoding: "utf8" });
}

it("writes a starter, and shows the next steps", () => {
  const { stdout, status } = init("softmax", "--name", "ada");
  // The task that follows changes with the number of tasks.
  expect(stdout.replace(/(?<=Followed by )\S+/, "another-task")).toBe(`Wrote submissions/ada/softmax.ts
  and submissions/ada/softmax.wgsl

They compile and run, but the results are wrong until you write the kernel.

With submissions/ada/tsconfig.json and submissions/ada/kernelmark.d.ts, an
editor completes and checks the names of shapes, params and tensors.

Attention and inference, level 2. Teaches sums of rows, without overflow.
Interview questions 20 and 22. Followed by another-task (level 3).

Next steps
  npx kernelmark tasks softmax
      the task: formula, tensors, shapes
  npx kernelmark check submissions/ada/softmax.ts --watch
      check after every save
  npx kernelmark bench submissions/ada/softmax.ts
      measure its speed once accepted
`);
  expect(status).toBe(0);
  expect(readFileSync(join(folder, "submissions/ada/softmax.ts"), "utf8")).toContain('from "./softmax.wgsl"');
});

it("prints one JSON document, even on refusal", () => {
  const { stdout } = init("gmm-fit", "--dir", "week-3", "--json");
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    task: "gmm-fit",
    candidate: "me",
    files: ["gmm-fit.ts", "gmm-fit.wgsl", "tsconfig.json", "kernelmark.d.ts"].map((name) => `week-3/me/${name}`),
  });
  const refused = init("gmm-fit", "--name", "..", "--json");
  expect(JSON.parse(refused.stdout).error.message).toBe(
    '--name is "..", which is not a valid folder name. Kernelmark ignores names that begin with a dot. Begin it with a letter.',
  );
  expect(refused.status).toBe(2);
});

it("adds tasks to VS Code, alone or with a starter", () => {
  const alone = init("--vscode");
  expect(alone.stdout).toContain('Added the tasks "kernelmark: check", ');
  expect(alone.status).toBe(0);
  const { vscode, task } = JSON.parse(init("softmax", "--name", "eve", "--vscode", "--json").stdout);
  expect(task).toBe("softmax");
  expect(vscode).toEqual({ path: join(".vscode", "tasks.json"), added: [], kept: expect.any(Array) });
});
