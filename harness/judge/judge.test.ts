import { beforeAll, describe, expect, it, vi } from "vitest";
import task from "../../kernels/softmax/softmax/task.ts";
import { openDevice } from "../gpu/device.ts";
import type { Plan } from "../task/plan.ts";
import { LocalJudge } from "../verify/judge-locally.ts";
import type { Stage } from "./judge-submission.ts";

const { plain } = task;

/** Two cases are enough to test the messages; each family's `tasks.variants.test.ts` judges all of them. */
const isExample = ({ shape, data }: { shape: Readonly<Record<string, number>>; data: string }) =>
  shape.rows === 7 && (data === "plain" || data === "offset");

describe("judging", () => {
  let judge: LocalJudge<"rows" | "cols", never>;
  beforeAll(async () => {
    judge = await LocalJudge.open(task, { only: isExample });
  });

  /** Judges the plain kernel with a text replaced, or with another plan. */
  const judgeChanged = (from: string, to: string, change: (plan: Plan) => Plan = (plan) => plan) =>
    judge.judge((context) => {
      const { passes } = plain(context);
      const code = passes[0]!.code.replace(from, to);
      expect(from === "" || code !== passes[0]!.code).toBe(true);
      return change({ passes: [{ ...passes[0]!, code }] });
    });

  it("reports the elements that were never written", async () => {
    const judgement = await judgeChanged("if (row >= ROWS)", "if (row >= ROWS - 1u)");
    expect(judgement.verdict).toBe("wrong-answer");
    expect(judgement.message).toMatch(
      /^`y` is never written at the last index of rows only\. Likely cause: .* is off by one\. 13 of 91 elements of `y` are wrong, never written; the first is y\[6,0\]/,
    );
    const { evidence } = judgement.cases[0]!;
    expect(evidence).toMatchObject({ picture: [...Array(6).fill("·".repeat(13)), "#".repeat(13)] });
  });

  it("reports an output as unwritten even if a plausible number was there", async () => {
    const { verdict } = await judgeChanged("y[start + c] = ", "if (c != 3u) { y[start + c] = ").catch(() => ({
      verdict: "",
    }));
    expect(verdict).toBe("compile-error");
    const skipped = await judgeChanged(
      "for (var c = 0u; c < COLS; c++) {\n    y",
      "for (var c = 1u; c < COLS; c++) {\n    y",
    );
    expect(skipped.verdict).toBe("wrong-answer");
    expect(skipped.message).toContain("7 of 91 elements of `y` are wrong, never written");
  });

  it("finds the compiler's message and its place", async () => {
    const { verdict, message, cases } = await judgeChanged("sum += exp", "sum += expp");
    expect(verdict).toBe("compile-error");
    expect(message).toContain("expp");
    expect(cases[0]!.evidence).toMatchObject({ kind: "source", line: 24 });
  });

  it("asks a candidate who writes to an input to declare it as read", async () => {
    const judgement = await judgeChanged("var<storage, read> x", "var<storage, read_write> x");
    expect(judgement.verdict).toBe("plan-error");
    expect(judgement.message).toBe(
      "passes[0] binds the input `x` to `x`, which the kernel declares as read_write. Inputs can only be read: declare `var<storage, read> x`.",
    );
  });

  it("names the binding that a plan lacks", async () => {
    const judgement = await judgeChanged("", "", ({ passes }) => ({ passes: [{ ...passes[0]!, bindings: ["x"] }] }));
    expect(judgement.verdict).toBe("plan-error");
    expect(judgement.message).toContain("The kernel declares `y` at @binding(1), but passes[0].bindings names only 1");
  });

  it("reports the compile stage before a source is parsed, once for each", async () => {
    const stages: string[] = [];
    const parsed: string[] = [];
    const onStage = ({ stage }: Stage) => stages.push(stage);
    await openDevice().then(({ gpu }) => {
      const prototype = Object.getPrototypeOf(gpu) as GPUDevice;
      const original = prototype.createShaderModule;
      vi.spyOn(prototype, "createShaderModule").mockImplementation(function (this: GPUDevice, descriptor) {
        parsed.push(stages.at(-1)!);
        return original.call(this, descriptor);
      });
      gpu.destroy();
    });
    const opened = await LocalJudge.open(task, { only: ({ data }) => data === "plain" });
    parsed.length = 0;
    expect((await opened.judge(plain, { onStage })).verdict).toBe("accepted");
    // The second is the plain kernel, for the references.
    expect(parsed).toEqual(["compile", "reference"]);
    expect(stages.slice(0, 3)).toEqual(["plan", "compile", "plan"]);
    expect(stages.slice(0, stages.indexOf("reference")).filter((stage) => stage === "compile").length).toBeLessThan(3);
    vi.restoreAllMocks();
  });

  it("reports it before destroying a device that may be compiling", async () => {
    const stages: string[] = [];
    const destroyedIn: (string | undefined)[] = [];
    const opened = await LocalJudge.open(task, { only: ({ data }) => data === "plain" });
    const [feature] = opened.context.features;
    const { gpu } = await openDevice();
    const prototype = Object.getPrototypeOf(gpu) as GPUDevice;
    const destroy = prototype.destroy;
    vi.spyOn(prototype, "destroy").mockImplementation(function (this: GPUDevice) {
      destroyedIn.push(stages.at(-1));
      return destroy.call(this);
    });
    const onStage = ({ stage }: Stage) => stages.push(stage);
    const requiring: typeof plain = (context) => ({
      ...plain(context),
      ...(feature !== undefined && context.shape.rows > 1 && { requires: [feature] }),
    });
    expect((await opened.judge(requiring, { onStage })).verdict).toBe("accepted");
    // The last is destroyed after judging.
    expect(destroyedIn).toEqual(feature === undefined ? ["diagnose"] : ["compile", "diagnose"]);
    vi.restoreAllMocks();
    gpu.destroy();
  });

  it("refuses an unknown constant", async () => {
    const judgement = await judgeChanged("", "", ({ passes }) => ({
      passes: [{ ...passes[0]!, constants: { ROWS: 7, COLS: 13, WIDTH: 1 } }],
    }));
    expect(judgement.verdict).toBe("compile-error");
    expect(judgement.message).toBe(
      "`passes[0].constants` has `WIDTH`, but the kernel has no `override` of that name. The kernel declares `ROWS` and `COLS`.",
    );
  });

  it("reports a required feature that the adapter lacks, without blame", async () => {
    const judgement = await judgeChanged("", "", (plan) => ({ ...plan, requires: ["no-such-feature"] }));
    expect(judgement.verdict).toBe("unsupported");
    expect(judgement.message).toContain('The plan requires "no-such-feature"');
  });

  it("accepts a kernel that keeps intermediate values in scratch, and zeroes it before every run", async () => {
    const code = `override ROWS: u32;
      override COLS: u32;
      @group(0) @binding(0) var<storage, read> x: array<f32>;
      @group(0) @binding(1) var<storage, read_write> totals: array<f32>;
      @compute @workgroup_size(64) fn sums(@builtin(global_invocation_id) id: vec3u) {
        if (id.x >= ROWS) { return; }
        var m = x[id.x * COLS];
        for (var c = 0u; c < COLS; c++) { m = max(m, x[id.x * COLS + c]); }
        totals[2 * id.x + 1] = m;
        for (var c = 0u; c < COLS; c++) { totals[2 * id.x] += exp(x[id.x * COLS + c] - m); }
      }`;
    const quotients = `override ROWS: u32;
      override COLS: u32;
      @group(0) @binding(0) var<storage, read> x: array<f32>;
      @group(0) @binding(1) var<storage, read> totals: array<f32>;
      @group(0) @binding(2) var<storage, read_write> y: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
        if (id.x >= ROWS * COLS) { return; }
        let row = id.x / COLS;
        y[id.x] = exp(x[id.x] - totals[2 * row + 1]) / totals[2 * row];
      }`;
    const judgement = await judge.judge(({ shape: { rows, cols } }) => {
      const constants = { ROWS: rows, COLS: cols };
      return {
        scratch: { totals: 8 * rows },
        passes: [
          { code, constants, bindings: ["x", "totals"], workgroups: [Math.ceil(rows / 64)] },
          { code: quotients, constants, bindings: ["x", "totals", "y"], workgroups: [Math.ceil((rows * cols) / 64)] },
        ],
      };
    });
    expect(judgement.cases.map(({ message }) => message).join(" ")).not.toContain("wrong");
    expect(judgement.verdict).toBe("accepted");
  });

  it("finds writes past an output's end, even if every element is correct", async () => {
    const judgement = await judgeChanged("if (row >= ROWS)", "if (row > ROWS)");
    expect(judgement.message).toBe(
      "The kernel writes out of bounds of `y`, at index 91 or beyond, but only indices below 91 exist. Guard surplus invocations with `if (i >= …) { return; }`.",
    );
    expect(new Set(judgement.cases.map(({ verdict }) => verdict))).toEqual(new Set(["wrong-answer"]));
    expect(judgement.findings).toEqual([]);
  });

  it("names scratch that is too small as the cause of its consequences", async () => {
    const judgement = await judge.judge((context) => {
      const pass = plain(context).passes[0]!;
      const kept = pass.code
        .replace("@compute", "@group(0) @binding(2) var<storage, read_write> kept: array<f32>;\n@compute")
        .replace("  var sum", "  kept[600u * row] = maximum;\n  maximum = kept[600u * row];\n  var sum");
      expect(kept).toContain("maximum = kept");
      return { scratch: { kept: 28 }, passes: [{ ...pass, code: kept, bindings: ["x", "y", "kept"] }] };
    });
    expect(judgement.message).toMatch(/^The kernel writes out of bounds of the scratch `kept`, at index 600 or beyond/);
  });

  it("reports wrong elements rather than writes out of bounds if there are both", async () => {
    const judgement = await judgeChanged("y[start + c] = ", "y[start + c + 1u] = ");
    expect(judgement.cases[0]!.evidence).toMatchObject({ kind: "wrong-elements" });
  });

  it("accepts reads past the end whose results are discarded, and refuses those that are used", async () => {
    const discarded = await judgeChanged("sum += exp", "sum += 0.0 * x[ROWS * COLS + c] + exp");
    expect(discarded.verdict).toBe("accepted");
    const counted = await judgeChanged("sum += exp", "sum += select(0.0, abs(x[ROWS * COLS + c]), c == 3u) + exp");
    expect(counted.verdict).toBe("wrong-answer");
  });

  it("reports a read past the end if nothing else makes a result wrong", async () => {
    const judgement = await judgeChanged(
      "y[start + c] = exp(x[start + c] -",
      "y[start + c] = exp(x[start + c + select(0u, 1u, start + c == ROWS * COLS - 1u)] -",
    );
    expect(judgement.message).toContain("the kernel probably reads past the end of a tensor or scratch");
    expect(judgement.message).not.toContain("race");
  });

  it("does not take a read past the end for a race, even if results are wrong without it", async () => {
    // The last element of the tensor gets its neighbour's value, and all others are doubled.
    const judgement = await judgeChanged(
      "y[start + c] = exp(x[start + c] -",
      "y[start + c] = 2.0 * exp(x[start + c + select(0u, 1u, start + c == ROWS * COLS - 1u)] -",
    );
    expect(judgement.message).toContain("the kernel probably reads past the end of a tensor or scratch");
    expect(judgement.message).not.toContain("race");
  });
});
