import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { ShapeMeasurement } from "../results/measurement.ts";
import { ended } from "../testing/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A lock and a roofline of its own: other tests may measure at the same time. */
function bench(...args: string[]) {
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
  return ended(spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), "bench", ...args], { env }));
}

const example = (name: string) => join(packageRoot(), "submissions", name, "softmax.ts");
const QUICK = ["--shape", "rows=128,cols=16", "--budget", "100ms"];

it("prints one JSON document with all samples", async () => {
  const { stdout, code } = await bench(example("fast"), "--against", "tuned", ...QUICK, "--json");
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ schema: 1, task: "softmax", state: "measured", against: "tuned", budgetMs: 100 });
  const shape: ShapeMeasurement = document.shapes[0];
  expect(shape).toMatchObject({ name: "rows=128 cols=16", shape: { rows: 128, cols: 16 } });
  expect(shape.samples.length).toBeGreaterThanOrEqual(3);
  expect(document.speedup).toBeCloseTo(shape.speedup.estimate);
  expect(code).toBe(0);
});

it("measures the tuned kernel if given a task, and fits 80 columns", async () => {
  const { stdout, stderr, code } = await bench("softmax", ...QUICK);
  expect(stdout).toContain("softmax: tuned against plain");
  expect(stdout).toMatch(/x as fast as plain|no difference found|cannot be told/);
  expect(stdout).toMatch(/of roofline +samples +stopped by/);
  expect(stdout).toContain("the figures are indicative");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

it("shows where the time of a plan goes", async () => {
  const { stdout, code } = await bench("softmax", ...QUICK, "--passes", "--json");
  const { passes, counts } = JSON.parse(stdout);
  const [profile] = passes;
  expect(counts).toMatchObject({ outputElements: 512 * 256, rows: [{ passes: [1], workgroups: expect.any(Number) }] });
  expect(profile).toMatchObject({ shape: "rows=128 cols=16", rows: [{ passes: [1], bytes: 2 * 4 * 128 * 16 }] });
  expect(code).toBe(0);
});

it("does not measure a wrong kernel", async () => {
  const { stdout, code } = await bench(example("wrong-answer"), ...QUICK);
  expect(stdout).toMatch(/some\s+output\s+elements\s+are\s+wrong/);
  expect(stdout).toContain("Not measured");
  expect(code).toBe(1);
});

describe("wrong usage", () => {
  test.each([
    [["softmax", "--budget", "0"], "--budget must be more than 0."],
    [["softmax", "--against", "nothing.ts"], "There is no file nothing.ts to measure against."],
    [["sofmax"], "sofmax"],
    [[], "`bench` needs a target."],
  ])("%j", async (args, message) => {
    const { stderr, code } = await bench(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
