import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = (name: string) => join(packageRoot(), "submissions", name, "softmax.ts");

it("measures one module against another, by the wall clock if it must", () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      ...[join(packageRoot(), "bin", "kernelmark.js"), "bench", example("fast"), "--against", example("plain")],
      ...["--shape", "rows=128,cols=16", "--budget", "100ms", "--clock", "wall-clock"],
    ],
    // Keeps its lock to itself: other tests may measure at the same time.
    { encoding: "utf8", env: { ...process.env, TMPDIR: folder } },
  );
  const text = stdout.replaceAll("\n", " ");
  expect(text).toContain("timed by the wall clock around each submit");
  expect(text).toContain("short kernels look more alike than they are");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(status).toBe(0);
});
