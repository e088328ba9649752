import { dimSizes } from "../../harness/task/dims.ts";
import type { Task } from "../../harness/task/task.ts";
import { NF4 } from "../../kernels/quantized-matmul/matmul-nf4/task.ts";
import type { Problem } from "../../reference/oracle.ts";
import { nibble, rowWords, signedByte, signedBytes } from "../../reference/packing.ts";

/** A tensor as peers take it: f32 or i32, since none of them has packed integers of its own. */
export interface PeerTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The inputs of all tasks that have expressions; `mask` is an attention task's, or the input of perplexity. */
export type InputName =
  | ("a" | "a_scale" | "b" | "b1" | "b2" | "b_hh" | "b_ih" | "b_scale" | "beta" | "bk" | "bo" | "bq" | "bv" | "c")
  | ("chosen_lengths" | "cosines" | "docs" | "fisher" | "gamma" | "grad" | "h" | "k" | "k_cache" | "lengths" | "logits")
  | ("logvar" | "lora_a" | "lora_b" | "m" | "mask" | "means" | "mu" | "policy_chosen" | "policy_rejected")
  | ("precision_cholesky" | "prediction" | "q" | "queries" | "reference_chosen" | "reference_rejected")
  | ("rejected_lengths" | "responsibilities" | "running_mean" | "running_var" | "sines" | "student" | "target")
  | ("targets" | "teacher" | "theta" | "theta_old" | "v" | "v_cache" | "w" | "w1" | "w2" | "w_down" | "w_gate")
  | ("w_hh" | "w_ih" | "w_k" | "w_q" | "w_up" | "weights" | "wk" | "wo" | "wq" | "wv" | "x" | "y");

/** What an expression is given: everything that a user of the peer would have on the GPU before the first call. */
export interface PeerInputs {
  readonly shape: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, number>>;
  readonly tensors: Readonly<Record<string, PeerTensor>>;
}

/** Masked scores get this number added: its exponential is 0, and no sum with it overflows. */
const MASKED = -1e30;
const NF4_BLOCK = 64;
const NF4_BLOCKS_PER_SCALE = 256;

/** A problem's inputs for peers: packed weights are dequantised, and attention tasks get the matrix that masks scores. */
export function peerInputs({ spec }: Pick<Task, "spec">, { shape, params, inputs }: Problem): PeerInputs {
  const tensors: Record<string, PeerTensor> = {};
  for (const tensor of spec.inputs) {
    const dims = dimSizes(tensor, shape);
    const words = inputs[tensor.name]!;
    if (tensor.type === "f32") tensors[tensor.name] = { dims, values: words as Float32Array };
    else if (tensor.type === "u32") tensors[tensor.name] = { dims, values: Int32Array.from(words) };
    else if (tensor.type === "i8") tensors[tensor.name] = { dims, values: bytesAsFloats(words as Uint32Array, dims) };
  }
  if (spec.name === "matmul-int4") tensors.w = int4Weights(shape, inputs);
  if (spec.name === "matmul-nf4") tensors.w = nf4Weights(shape, inputs);
  if (params.causal !== undefined || spec.name === "alibi-attention") tensors.mask = maskOf(shape, params.causal ?? 1);
  return { shape, params, tensors };
}

function bytesAsFloats(words: Uint32Array, dims: readonly number[]): Float32Array {
  const columns = dims.at(-1)!;
  const stride = rowWords(columns, 4);
  const rows = words.length / stride;
  return Float32Array.from({ length: rows * columns }, (_, at) =>
    signedByte(words, Math.floor(at / columns) * stride, at % columns),
  );
}

function int4Weights({ n, k, group }: Problem["shape"], { w, scales, zeros }: Problem["inputs"]): PeerTensor {
  const groups = k! / group!;
  const values = Float32Array.from({ length: n! * k! }, (_, at) => {
    const row = Math.floor(at / k!);
    const g = Math.floor((at % k!) / group!);
    const zero = nibble(zeros!, row * rowWords(groups, 8), g);
    return (nibble(w!, row * rowWords(k!, 8), at % k!) - zero) * scales![row * groups + g]!;
  });
  return { dims: [n!, k!], values };
}

function nf4Weights({ n, k }: Problem["shape"], { w, absmax, absmax_scale, absmax_offset }: Problem["inputs"]) {
  const bytes = signedBytes(absmax!);
  const values = Float32Array.from({ length: n! * k! }, (_, at) => {
    const block = Math.floor(at / NF4_BLOCK);
    const scale = absmax_scale![Math.floor(block / NF4_BLOCKS_PER_SCALE)]!;
    return NF4[nibble(w!, 0, at)]! * (absmax_offset![0]! + bytes[block]! * scale);
  });
  return { dims: [n!, k!], values };
}

/** What is added to scores: 0 where query i sees key j, as in `j <= i + keys - queries`. */
function maskOf({ queries, keys, tokens }: Problem["shape"], causal: number): PeerTensor {
  const rows = (queries ?? tokens)!;
  const columns = (keys ?? tokens)!;
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const isHidden = causal === 1 && at % columns > Math.floor(at / columns) + columns - rows;
    return isHidden ? MASKED : 0;
  });
  return { dims: [rows, columns], values };
}
