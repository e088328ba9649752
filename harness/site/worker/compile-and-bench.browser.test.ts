import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { measurementSchema } from "../../results/measurement-schema.ts";
import { launchChromium } from "../../testing/chromium.ts";
import { openSiteWorker, type SiteWorker } from "../../testing/site-worker.ts";
import { type ServedSite, serveSite } from "../serve-site.ts";
import type { BenchJob, SourceDiagnostic } from "./check-protocol.ts";

let site: ServedSite;
let browser: Browser;
let worker: SiteWorker;

beforeAll(async () => {
  site = await serveSite(0);
  browser = await launchChromium(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
  const page = await browser.newPage();
  await page.goto(site.address);
  worker = await openSiteWorker(page);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

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
  const files = filesOf(module, kernel);
  return (await worker.answer({ type: "compile", task: "softmax", family: "softmax", files }, "compiled")).diagnostics;
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
  const job = (module: string, kernel: string, changes: Partial<BenchJob> = {}): BenchJob => ({
    ...{ type: "bench", task: "softmax", family: "softmax", files: filesOf(module, kernel), seed: "bench" },
    ...{ against: "plain", shape: "rows=64,cols=64", budgetMs: 300, isChecked: true, roofline: null },
    ...changes,
  });

  it("gives what `kernelmark bench --json` gives, with progress before it", async () => {
    const heard = await worker.ask(job(MODULE, KERNEL, { isChecked: false }));
    const { measurement } = heard.findLast(({ type }) => type === "measured") as { measurement: unknown };
    const measured = measurementSchema.parse(measurement);
    expect(measured).toMatchObject({ state: "measured", against: "plain", clock: "timestamps", budgetMs: 300 });
    const [shape] = (measured as Extract<typeof measured, { state: "measured" }>).shapes;
    expect(shape).toMatchObject({ shape: { rows: 64, cols: 64 }, samples: expect.any(Array) });
    expect(shape!.speedup.low).toBeLessThanOrEqual(shape!.speedup.high);
    expect(shape!.checkedOutputs).toBeGreaterThan(0);
    const about = heard.flatMap((news) => (news.type === "step" ? [news.step.about] : []));
    expect(about.findIndex((text) => text.startsWith("checking on"))).toBeLessThan(about.indexOf("measuring"));
    expect(heard.map(({ type }) => type)).toContain("roofline");
  });

  it("refuses to time a wrong kernel", async () => {
    const wrong = KERNEL.replace("y[i] /= sum;", "");
    const { contestant, refusal } = await worker.answer(job(MODULE, wrong), "refused");
    expect(contestant).toBe("candidate");
    expect(refusal.verdict).toBe("wrong-answer");
  });

  it("refuses a module that cannot be bundled", async () => {
    const { refusal } = await worker.answer(job("export default", KERNEL), "refused");
    expect(refusal).toMatchObject({ verdict: "compile-error", evidence: { kind: "source", file: "softmax.ts" } });
  });

  it("uses a roofline measured earlier", async () => {
    const roofline = { copies: [{ bytes: 2 ** 20, bytesPerSecond: 1e9 }], f32PerSecond: 1e9, int8PerSecond: 1e9 };
    const heard = await worker.ask(job(MODULE, KERNEL, { roofline, against: "tuned" }));
    expect(heard.at(-1)).toMatchObject({ type: "measured", measurement: { against: "tuned" } });
    const about = heard.flatMap((news) => (news.type === "step" ? [news.step.about] : []));
    expect(about[0]).not.toContain("roofline");
  });
});
