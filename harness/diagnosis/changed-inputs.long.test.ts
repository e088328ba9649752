import { expect, test } from "vitest";
import multiHeadAttention from "../../kernels/attention/multi-head-attention/task.ts";
import gmmFit from "../../kernels/gmm/gmm-fit/task.ts";
import quantizeInt8 from "../../kernels/learning/quantize-int8/task.ts";
import distillationLoss from "../../kernels/losses/distillation-loss/task.ts";
import { natural, redteam } from "../testing/corpus/corpora.ts";
import { planOf } from "../testing/corpus/submission.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

/** Writes 1 into every element of an output. */
const CODE = `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&output)) { output[id.x] = 1.0; }
}`;

test("changed inputs for which the oracle has no answer explain nothing", async () => {
  const judge = await LocalJudge.open(gmmFit, { only: ({ shape: { n = 0, d = 0 } }) => n < 100 && d <= 5 });
  const { verdict, findings } = await judge.judge(({ shape: { d, k } }) => ({
    passes: gmmFit.spec.outputs.map(({ name }) => ({
      code: CODE,
      bindings: [name],
      workgroups: [Math.ceil((k * d * d) / 64)],
    })),
  }));
  expect(verdict).toBe("wrong-answer");
  expect(findings.map(({ sentence }) => sentence).join(" ")).toContain("is wrong everywhere");
});

test("params that the task excludes, such as a temperature of 0, explain nothing", async () => {
  const judge = await LocalJudge.open(distillationLoss, { only: ({ shape: { n = 0 } }) => n < 10 });
  const { verdict, findings } = await judge.judge(({ shape: { n } }) => ({
    passes: [{ code: CODE, bindings: ["loss"], workgroups: [Math.ceil(n / 64)] }],
  }));
  expect(verdict).toBe("wrong-answer");
  expect(findings.map(({ sentence }) => sentence).join(" ")).not.toContain("treated as 0");
});

test("inputs that become infinite, such as inverses of zeros, explain nothing", async () => {
  const dividesZeros = natural().find(({ name }) => name === "rows of zeros divided by zero")!;
  const judge = await LocalJudge.open(quantizeInt8, { only: ({ shape: { rows = 0 } }) => rows < 10 });
  const { verdict, findings } = await judge.judge(await planOf(dividesZeros));
  expect(verdict).toBe("wrong-answer");
  expect(findings.map(({ sentence }) => sentence).join(" ")).toContain("only on zero-rows data");
});

test("changed inputs with so many roundings that an f32 may lose every digit explain nothing", async () => {
  const low = redteam().find(({ name, task }) => name === "maximum-from-minus-200" && task === "multi-head-attention")!;
  const judge = await LocalJudge.open(multiHeadAttention, { only: ({ shape: { tokens = 0 } }) => tokens === 7 });
  const { verdict } = await judge.judge(await planOf(low));
  expect(verdict).toBe("wrong-answer");
});
