import attentionTask from "../../../kernels/attention/attention/task.ts";
import flashAttentionTask from "../../../kernels/attention/flash-attention/task.ts";
import gqaDecodeTask from "../../../kernels/attention/gqa-decode/task.ts";
import multiHeadAttentionTask from "../../../kernels/attention/multi-head-attention/task.ts";
import expectationTask from "../../../kernels/gmm/gmm-e-step/task.ts";
import fitTask from "../../../kernels/gmm/gmm-fit/task.ts";
import maximizationTask from "../../../kernels/gmm/gmm-m-step/task.ts";
import int4Task from "../../../kernels/quantized-matmul/matmul-int4/task.ts";
import int8Task from "../../../kernels/quantized-matmul/matmul-int8/task.ts";
import nf4Task from "../../../kernels/quantized-matmul/matmul-nf4/task.ts";
import crossEntropyTask from "../../../kernels/softmax/cross-entropy/task.ts";
import softmaxTask from "../../../kernels/softmax/softmax/task.ts";
import type { Task } from "../../task/task.ts";
import { attention, flashAttention, gqaDecode, multiHeadAttention } from "./attention.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { expectation, fit, maximization } from "./gmm.ts";
import { int4, int8, nf4 } from "./quantized-matmul.ts";
import { softmax } from "./softmax.ts";
import type { Specimen } from "./specimen.ts";

function of<K extends string, P extends string>(task: Task<K, P>, specimens: readonly Specimen<K, P>[]) {
  return { task: task as Task, specimens: specimens as readonly Specimen[] };
}

export const allSpecimens = [
  of(softmaxTask, softmax),
  of(crossEntropyTask, crossEntropy),
  of(attentionTask, attention),
  of(flashAttentionTask, flashAttention),
  of(gqaDecodeTask, gqaDecode),
  of(multiHeadAttentionTask, multiHeadAttention),
  of(int8Task, int8),
  of(int4Task, int4),
  of(nf4Task, nf4),
  of(expectationTask, expectation),
  of(maximizationTask, maximization),
  of(fitTask, fit),
];
