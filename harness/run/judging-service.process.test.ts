import { readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { readSingle } from "../submission/read.ts";
import { children } from "../testing/children.ts";
import { type OpenJudging, openJudging } from "../testing/open-judging.ts";
import { bundle } from "../worker/bundler.ts";
import type { JudgingProgress, JudgingService } from "./judging-service.ts";

/** One kernel for all tests but for what they put into it. */
const kernel = (statements: string) => `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  @compute @workgroup_size(1) fn main() { ${statements} y[0] = exp(x[0] - x[0]); }`;

/** @param code an expression that makes the WGSL */
async function submissionOf(folder: string, code: string) {
  const file = join(folder, "softmax.js");
  const plan = `({ shape }) => ({
    passes: [{ code: ${code}, constants: { ROWS: shape.rows }, bindings: ["x", "y"], workgroups: [1] }],
  })`;
  await writeFile(file, `export default ${plan}`);
  return readSingle(file, "softmax");
}

describe("a judging service", () => {
  let opened: OpenJudging;
  let judging: JudgingService;
  let folder: string;

  beforeAll(async () => {
    opened = await openJudging();
    ({ judging, folder } = opened);
  });
  afterAll(() => opened.close());

  const grade = async (code: string) => judging.judge(await submissionOf(folder, JSON.stringify(code)));
  const exampleText = (...path: string[]) => readFileSync(join(packageRoot(), "submissions", ...path), "utf8");
  const readExample = (name: string) => readSingle(join(packageRoot(), "submissions", name, "softmax.ts"), "softmax");
  const gradeExample = async (name: string, progress?: JudgingProgress) =>
    judging.judge(await readExample(name), progress);

  it("goes on when the process that makes references is killed while they are made", async () => {
    const submission = await readExample("plain");
    judging.prepare(submission);
    process.kill(children().find(({ command }) => command.includes("reference-main.js"))!.pid, "SIGKILL");
    expect((await judging.judge(submission)).verdict).toBe("accepted");
  });

  it("names a mistake that is an edit of the plain kernel, whose outputs are made on demand", async () => {
    const file = join(folder, "rms-norm.js");
    const plain = readFileSync(join(packageRoot(), "kernels/layers/rms-norm/plain.wgsl"), "utf8");
    await writeFile(
      file,
      `export default ({ shape }) => ({ passes: [{
        code: ${JSON.stringify(plain.replace(" + EPS)", ")").replace("override EPS: f32;", ""))},
        constants: { ROWS: shape.rows, COLS: shape.cols },
        bindings: ["x", "gamma", "y"],
        workgroups: [Math.ceil(shape.rows / 64)],
      }] });`,
    );
    const wrong = await readSingle(file, "rms-norm");
    const mistakenFiles = () => readdirSync(join(folder, "rms-norm")).filter((name) => name.endsWith(".mistaken"));
    expect(await judging.judge(wrong)).toMatchObject({ verdict: "wrong-answer", mistake: { name: "no-epsilon" } });
    const made = mistakenFiles();
    expect(made).toContain("0.no-epsilon.mistaken");
    expect(await judging.judge(wrong)).toMatchObject({ mistake: { name: "no-epsilon" } });
    expect(mistakenFiles()).toEqual(made);
  });

  it("judges what it bundled ahead", async () => {
    const file = join(folder, "ahead.js");
    await writeFile(file, `export { default } from "./softmax.js";`);
    await writeFile(join(folder, "softmax.js"), "export default () => 7;");
    const submission = await readSingle(file, "softmax");
    judging.prepare(submission);
    // One module is bundled after the other.
    await bundle(submission);
    await rm(file);
    expect(await judging.judge(submission)).toMatchObject({ verdict: "plan-error", caseCount: expect.any(Number) });
  });

  it("ends a kernel that never ends for one shape, judges the other cases, and then the next submission", async () => {
    const endless = await grade(kernel("var i = 0u; while (ROWS == 2u && i < 1u) { y[1] += 1.0; }"));
    expect(endless.verdict).toBe("time-limit");
    expect(endless.message).toContain("The kernel did not finish within");
    expect(endless.message).toContain("rows=2 cols=3, plain");
    expect(endless.cases.map(({ index }) => index)).toEqual(Array.from({ length: endless.caseCount }, (_, n) => n));
    expect(endless.cases.map(({ verdict }) => verdict).slice(0, 4)).toEqual([
      "accepted",
      "time-limit",
      "wrong-answer",
      "wrong-answer",
    ]);
    expect(endless.evidence).toMatchObject({ kind: "limit", what: "The kernel" });
    const plain = await gradeExample("plain");
    expect(plain.verdict).toBe("accepted");
    expect(plain.files.map(({ name, text }) => [name, text])).toEqual(
      ["softmax.ts", "softmax.wgsl"].map((name) => [name, exampleText("plain", name)]),
    );
  });

  it("gives a kernel up that does not end on two cases", async () => {
    const endless = await grade(kernel("var i = 0u; while (i < 1u) { y[1] += 1.0; }"));
    expect(endless.cases.map(({ index, verdict }) => [index, verdict])).toEqual([
      [0, "time-limit"],
      [1, "time-limit"],
    ]);
  });

  it("judges again in a fresh worker when somebody else kills the first", async () => {
    let killed = 0;
    const attempt = await gradeExample("plain", {
      onCase() {
        if (killed++ === 0) process.kill(workerAtWork(), "SIGKILL");
      },
    });
    expect(killed).toBeGreaterThan(attempt.caseCount);
    expect(attempt.verdict).toBe("accepted");
    expect(attempt.cases).toHaveLength(attempt.caseCount);
  });

  it("takes a fresh worker when the one that waits for a submission is killed, or never starts", async () => {
    for (const pid of workers()) process.kill(pid, "SIGKILL");
    const attempt = await gradeExample("plan-error");
    expect(attempt.verdict).toBe("plan-error");
  });

  it("charges nobody with workers that somebody kills twice, and keeps what was judged", async () => {
    const attempt = await gradeExample("plain", {
      onCase() {
        process.kill(workerAtWork(), "SIGKILL");
      },
    });
    expect(attempt.verdict).toBe("harness-error");
    expect(attempt.message).toBe(
      "Kernelmark failed twice on this submission: the worker process was killed by SIGKILL. It is not marked until it has been reviewed by hand.",
    );
    expect(attempt.cases.length).toBeGreaterThan(0);
  });

  /** The process that judges. Beside it there is a spare one, which was started later. */
  function workerAtWork(): number {
    return workers()[0]!;
  }

  function workers(): number[] {
    return children().flatMap(({ pid, command }) => (command.includes("worker-main.js") ? [pid] : []));
  }
});

it("ends a compilation that takes longer than the assignment allows", async () => {
  const { judging, folder, close } = await openJudging({
    limits: { compileSeconds: 0.3 },
    nextWorker: "on-demand",
  });
  onTestFinished(close);
  const [before, after] = kernel("var a = x[0]; var b = a; MANY y[0] = b;")
    .split("MANY")
    .map((part) => JSON.stringify(part));
  const code = `${before} + "a = fma(a, b, 1.5); b = b + a * x[0];\\n".repeat(20_000) + ${after}`;
  const slow = await judging.judge(await submissionOf(folder, code));
  expect(slow).toMatchObject({ verdict: "time-limit", evidence: { kind: "limit" } });
  // On a busy machine, it was given twice as long in the end.
  expect(slow.message.replace("within 0.6 s", "within 0.3 s")).toBe(
    "The compilation of the plan's shaders did not finish within 0.3 s on rows=1 cols=1, plain. Shorten them: use loops instead of repeated statements.",
  );
});

it("charges a submission with a worker that dies under it twice", async () => {
  const stage = { stage: "run", caseIndex: 1 };
  const { judging, close } = await openJudging({
    nextWorker: "on-demand",
    workerSource: `process.on("message", ({ type }) => {
      if (type !== "judge") return;
      process.send({ type: "stage", stage: ${JSON.stringify(stage)}, results: [] });
      setImmediate(() => process.kill(process.pid, "SIGSEGV"));
    });`,
  });
  onTestFinished(close);
  const submission = await readSingle(join(packageRoot(), "submissions", "plain", "softmax.ts"), "softmax");
  let deaths = 0;
  const attempt = await judging.judge(submission, { onCase: () => deaths++ });
  expect(attempt).toMatchObject({ verdict: "device-lost", cases: [{ index: 1, verdict: "device-lost" }] });
  expect(deaths).toBe(2);
});
