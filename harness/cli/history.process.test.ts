import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, XDG_STATE_HOME: join(folder, "state"), TMPDIR: folder };

function kernelmark(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  return spawnSync(process.execPath, [launcher, ...args], { encoding: "utf8", env });
}

const QUICK = ["--shape", "rows=64,cols=16", "--budget", "100ms", "--json"];

it("remembers checks and measurements, and keeps accepted versions to compare with, until they are deleted", () => {
  cpSync(join(packageRoot(), "submissions", "plain"), join(folder, "me"), { recursive: true });
  const file = join(folder, "me", "softmax.ts");
  expect(kernelmark("check", file).stdout.replace(/\s+/g, " ")).toContain(`--against v1\` compares a later version`);
  expect(JSON.parse(kernelmark("check", file, "--shape", "rows=2,cols=3", "--json").stdout).version).toBe("v1");
  const against = kernelmark("bench", "softmax", ...QUICK, "--against", "v1");
  expect(JSON.parse(against.stdout)).toMatchObject({ state: "measured", against: "v1" });
  expect(JSON.parse(kernelmark("bench", file, ...QUICK).stdout).state).toBe("measured");
  expect(kernelmark("bench", file, ...QUICK, "--against", "v2").stdout).toContain("one of your versions: v1");

  const [softmax] = JSON.parse(kernelmark("history", "--json").stdout).tasks;
  expect(softmax).toMatchObject({
    task: "softmax",
    entries: [
      { kind: "check", file, version: "v1", verdict: "accepted", isPart: false },
      { kind: "check", version: "v1", passed: 1, caseCount: 1, isPart: true },
      { kind: "bench", version: "v1", against: "plain", shapes: [{ name: "rows=64 cols=16" }] },
    ],
    versions: [{ name: "v1" }],
  });
  expect(kernelmark("history", "softmax", "--delete").stderr).toContain("Deleted the history");
  expect(JSON.parse(kernelmark("history", "softmax", "--json").stdout).tasks[0]).toMatchObject({
    entries: [],
    versions: [],
  });
  expect(kernelmark("history", "--delete").stderr).toContain("needs a task");
});

it("judges as usual if nothing can be remembered, with one warning", () => {
  writeFileSync(join(folder, "state", "kernelmark", "history", "softmax"), "a file in the folder's place");
  const file = join(packageRoot(), "submissions", "wrong-answer", "softmax.ts");
  const { stderr, status } = kernelmark("check", file, "--shape", "rows=2,cols=3");
  expect(stderr).toMatch(/^Warning: `history` will not show this check\. .* cannot be written \(ENOTDIR\)\.\n$/);
  expect(status).toBe(0);
});
