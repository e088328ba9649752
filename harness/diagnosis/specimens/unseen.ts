import attentionTask from "../../../kernels/attention/attention/task.ts";
import gqaDecodeTask from "../../../kernels/attention/gqa-decode/task.ts";
import expectationTask from "../../../kernels/gmm/gmm-e-step/task.ts";
import maximizationTask from "../../../kernels/gmm/gmm-m-step/task.ts";
import int4Task from "../../../kernels/quantized-matmul/matmul-int4/task.ts";
import int8Task from "../../../kernels/quantized-matmul/matmul-int8/task.ts";
import nf4Task from "../../../kernels/quantized-matmul/matmul-nf4/task.ts";
import crossEntropyTask from "../../../kernels/softmax/cross-entropy/task.ts";
import softmaxTask from "../../../kernels/softmax/softmax/task.ts";
import type { Task } from "../../task/task.ts";
import { type Specimen, withText } from "./specimen.ts";

function of<K extends string, P extends string>(task: Task<K, P>, specimen: Omit<Specimen<K, P>, "plan">, edit: Edit) {
  const plan = withText(task.plain, edit.from, edit.to);
  return { task: task as Task, specimens: [{ ...specimen, plan } as Specimen] };
}

interface Edit {
  readonly from: string;
  readonly to: string;
}

/** Ten more, kept apart: no finder was mended by them. */
export const unseenSpecimens = [
  of(
    softmaxTask,
    {
      name: "the first column missing from the sum",
      cause: "the loop over the exponentials begins at 1, as that over the maximum does",
      says: [/add up|from the sum|first column|col\w* = 0/i],
    },
    { from: "for (var c = 0u; c < COLS; c++) {\n    sum", to: "for (var c = 1u; c < COLS; c++) {\n    sum" },
  ),
  of(
    softmaxTask,
    {
      name: "a quarter of the invocations",
      cause: "the workgroup has 16 invocations, and their number is computed for 64",
      says: [/never written/i, /\b16\b/],
    },
    { from: "@workgroup_size(64)", to: "@workgroup_size(16)" },
  ),
  of(
    crossEntropyTask,
    {
      name: "no maximum added back",
      cause: "the logarithm of the sum lacks the maximum that was subtracted",
      says: [/maximum|logsumexp|lse/i],
    },
    { from: "let lse = maximum + log(sum);", to: "let lse = log(sum);" },
  ),
  of(
    attentionTask,
    {
      name: "sees one key too few",
      cause: "the causal mask hides the diagonal",
      says: [/causal|mask|diagonal|own key/i],
    },
    { from: "row % QUERIES + KEYS - QUERIES + 1u", to: "max(1u, row % QUERIES + KEYS - QUERIES)" },
  ),
  of(
    gqaDecodeTask,
    {
      name: "heads dealt out in turn",
      cause: "query heads take key/value heads in turn (h % KV_HEADS) instead of in groups",
      says: [/head/i, /group|neighbour|turn|kv_head/i],
    },
    { from: "row % Q_HEADS / (Q_HEADS / KV_HEADS)", to: "row % Q_HEADS % KV_HEADS" },
  ),
  of(
    int8Task,
    {
      name: "bytes without a sign",
      cause: "the bytes of b are read without their sign",
      says: [/sign/i],
    },
    {
      from: "extractBits(b_word, 8u * byte, 8u);",
      to: "i32(extractBits(u32(b_word), 8u * byte, 8u));",
    },
  ),
  of(
    int4Task,
    {
      name: "no zero points",
      cause: "the zero points are not subtracted",
      says: [/zero/i],
    },
    { from: "(f32(code) - f32(zero))", to: "f32(code)" },
  ),
  of(
    nf4Task,
    {
      name: "nibbles the other way round",
      cause: "the high half of each byte is taken first",
      says: [/nibble|half|order|swap|exchang/i],
    },
    { from: "4u * (i % 8u), 4u)", to: "4u * ((i % 8u) ^ 1u), 4u)" },
  ),
  of(
    expectationTask,
    {
      name: "components without weights",
      cause: "the logarithm of the component's weight is left out",
      says: [/weight/i],
    },
    { from: "log(weights[k]) + log_density", to: "log_density" },
  ),
  of(
    maximizationTask,
    {
      name: "regularised everywhere",
      cause: "reg_covar is added to every element of the covariances, not to the diagonal",
      says: [/reg_covar|diagonal/i],
    },
    { from: "select(0.0, REG_COVAR, i == j)", to: "REG_COVAR" },
  ),
];
