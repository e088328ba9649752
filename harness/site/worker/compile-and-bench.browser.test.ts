import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { measurementSchema } from "../../results/measurement-schema.ts";
import { SiteRunner } from "../../testing/site-runner.ts";
import type { BenchJob, SourceDiagnostic } from "./check-protocol.ts";

let runner: SiteRunner;

beforeAll(async () => {
  runner = await SiteRunner.open();
});

afterAll(() => runner?.close());

const read = (path: string) => readFileSync(join(packageRoot(), "submissions", path), "utf8");
const MODULE = read("plain/softmax.ts");
const KERNEL = read("plain/softmax.wgsl");

function filesOf(module: string, kernel: string) {
  return [
    { path: "softmax.ts", text: module },
    { path: "softmax.wgsl", text: kernel },
  ];
}

async function diagnostics(module: string, kernel: string): Promise<readonly SourceDiagnostic[]> {
  const compiled = await runner.compile({ task: "softmax", family: "softmax", files: filesOf(module, kernel) });
  if (compiled.state !== "compiled") throw new Error(JSON.stringify(compiled));
  return compiled.diagnostics;
}

/** The 1-based place of a text in a file. */
function placeOf(text: string, within: string) {
  const before = within.slice(0, within.indexOf(text)).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

describe("compiling", () => {
  it("says nothing about a kernel that compiles", async () => {
    expect(await diagnostics(MODULE, KERNEL)).toEqual([]);
  });

  it("gives the compiler's error at its place in the kernel", async () => {
    const broken = KERNEL.replace("y[i] /= sum;", "y[i] /= summ;");
    const place = placeOf("summ;", broken);
    expect(await diagnostics(MODULE, broken)).toEqual([
      { severity: "error", file: "softmax.wgsl", ...place, length: 4, message: expect.stringContaining("summ") },
    ]);
  });

  it("gives warnings, too", async () => {
    const found = await diagnostics(MODULE, KERNEL.replace("y[i] /= sum;", "y[i] /= sum; return; y[i] = 1.0;"));
    expect(found).toMatchObject([
      { severity: "warning", file: "softmax.wgsl", message: expect.stringMatching(/reach/) },
    ]);
  });

  it("compiles the kernel although the module has a syntax error", async () => {
    const broken = KERNEL.replace("y[i] /= sum;", "y[i] /= summ;");
    const found = await diagnostics(MODULE.replace("return {", "return {{"), broken);
    expect(found.map(({ file, severity }) => `${severity} ${file}`)).toEqual([
      "error softmax.ts",
      "error softmax.wgsl",
    ]);
  });

  it("places what a plan and its kernel disagree about at the plan function", async () => {
    const found = await diagnostics(MODULE.replace("COLS:", "COLUMNS:"), KERNEL);
    expect(found).toMatchObject([
      { severity: "error", file: "softmax.ts", message: expect.stringContaining("COLUMNS") },
    ]);
    expect(found[0]!.line).toBe(placeOf("export default", MODULE).line);
  });

  it("gives errors that a plan function throws at their place", async () => {
    const thrown = MODULE.replace("return {", 'throw new Error("no");\n  return {');
    expect(await diagnostics(thrown, KERNEL)).toMatchObject([
      {
        severity: "error",
        file: "softmax.ts",
        line: placeOf("throw", thrown).line,
        message: expect.stringContaining("no"),
      },
    ]);
  });
});

describe("measuring", () => {
  type Job = Omit<BenchJob, "type" | "roofline">;
  const job = (module: string, kernel: string, changes: Partial<Job> = {}): Job => ({
    ...{ task: "softmax", family: "softmax", files: filesOf(module, kernel), seed: "bench" },
    ...{ against: "plain", shape: "rows=64,cols=64", budgetMs: 300, isChecked: true },
    ...changes,
  });

  it("gives what `kernelmark bench --json` gives, with progress before it", async () => {
    const { benched, steps } = await runner.bench(job(MODULE, KERNEL, { isChecked: false }));
    if (benched.state !== "measured") throw new Error(JSON.stringify(benched));
    const measured = measurementSchema.parse(benched.measurement);
    expect(measured).toMatchObject({ state: "measured", against: "plain", clock: "timestamps", budgetMs: 300 });
    const [shape] = benched.measurement.shapes;
    expect(shape).toMatchObject({ shape: { rows: 64, cols: 64 }, samples: expect.any(Array) });
    expect(shape!.speedup.low).toBeLessThanOrEqual(shape!.speedup.high);
    expect(shape!.checkedOutputs).toBeGreaterThan(0);
    const about = steps.map((step) => step.about);
    expect(about.findIndex((text) => text.startsWith("checking on"))).toBeLessThan(about.indexOf("measuring"));
  });

  it("measures the roofline once in a browser", async () => {
    const { benched, steps } = await runner.bench(job(MODULE, KERNEL, { against: "tuned" }));
    expect(benched).toMatchObject({ state: "measured", measurement: { against: "tuned" } });
    expect(steps.filter(({ about }) => about.includes("roofline"))).toEqual([]);
    await runner.page.evaluate(() => localStorage.clear());
    const again = await runner.bench(job(MODULE, KERNEL));
    expect(again.steps.map(({ about }) => about)).toContain("measuring the adapter's roofline");
  });

  it("refuses to time a wrong kernel", async () => {
    const { benched } = await runner.bench(job(MODULE, KERNEL.replace("y[i] /= sum;", "")));
    expect(benched).toMatchObject({ state: "refused", contestant: "candidate", refusal: { verdict: "wrong-answer" } });
  });

  it("refuses a module that cannot be bundled", async () => {
    const { benched } = await runner.bench(job("export default", KERNEL));
    const refusal = { verdict: "compile-error", evidence: { kind: "source", file: "softmax.ts" } };
    expect(benched).toMatchObject({ state: "refused", refusal });
  });
});
