import type { InputName, PeerInputs } from "./peer-inputs.ts";

/** A tensor of tfjs, whose own types are not installed with the product. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
}

type Operation =
  | ("abs" | "add" | "argMin" | "cast" | "concat" | "conv2d" | "cumsum" | "div" | "erf" | "exp" | "expandDims")
  | ("eye" | "gather" | "leakyRelu" | "less" | "lessEqual" | "log" | "logSoftmax" | "logSumExp" | "matMul" | "max")
  | ("maxPool" | "maximum" | "mean" | "mul" | "neg" | "oneHot" | "pow" | "range" | "relu" | "reshape" | "round")
  | ("rsqrt" | "scalar" | "sigmoid" | "sign" | "softmax" | "softplus" | "sqrt" | "square" | "squaredDifference")
  | ("sub" | "sum" | "tanh" | "tensor" | "transpose" | "where" | "zerosLike");

/** The operations of tfjs that the expressions use. */
export type Tf = Readonly<Record<Operation, (...values: readonly unknown[]) => TfTensor>> & {
  moments(x: TfTensor, axes: number | readonly number[], keepDims: boolean): { mean: TfTensor; variance: TfTensor };
  split(x: TfTensor, parts: number, axis: number): TfTensor[];
  topk(x: TfTensor, k: number): { values: TfTensor; indices: TfTensor };
  readonly losses: {
    softmaxCrossEntropy(
      labels: TfTensor,
      logits: TfTensor,
      weights: undefined,
      smoothing: number,
      reduction: number,
    ): TfTensor;
  };
};

/** A task's inputs by name: an expression takes those that its task has. */
type Inputs = Readonly<Record<InputName, TfTensor>>;
type Expression = (tf: Tf, inputs: Inputs, given: PeerInputs) => Record<string, TfTensor>;

/** tf.Reduction.NONE */
const NO_REDUCTION = 0;

/** What a user of tfjs writes for a task: the public operations, in the order of the statement's formulas. */
export const tfjsExpressions: Readonly<Record<string, Expression>> = {
  softmax: (tf, { x }) => ({ y: tf.softmax(x) }),
  "cross-entropy": (tf, { logits, targets }, { shape, params }) => {
    const labels = tf.oneHot(targets, shape.classes);
    return { loss: tf.losses.softmaxCrossEntropy(labels, logits, undefined, params.smoothing!, NO_REDUCTION) };
  },
  attention: (tf, { q, k, v, mask }) => ({ out: attention(tf, q, k, v, mask) }),
  "flash-attention": (tf, { q, k, v, mask }) => ({ out: attention(tf, q, k, v, mask) }),
  "alibi-attention": (tf, { q, k, v, mask }, { shape }) => {
    const { heads, queries, keys } = shape as { heads: number; queries: number; keys: number };
    const slopes = tf.reshape(tf.pow(2, tf.mul(-8 / heads, tf.range(1, heads + 1))), [heads, 1, 1]);
    const distances = tf.sub(tf.expandDims(tf.range(keys - queries, keys), 1), tf.range(0, keys));
    return { out: attention(tf, q, k, v, tf.sub(mask, tf.mul(slopes, distances))) };
  },
  "multi-head-attention": (tf, { x, wq, wk, wv, wo, bq, bk, bv, bo, mask }, { shape }) => {
    const { tokens, model, heads } = shape as { tokens: number; model: number; heads: number };
    const split = (y: TfTensor) => tf.transpose(tf.reshape(y, [tokens, heads, model / heads]), [1, 0, 2]);
    const [q, k, v] = [linear(tf, x, wq, bq), linear(tf, x, wk, bk), linear(tf, x, wv, bv)].map(split);
    const joined = tf.reshape(tf.transpose(attention(tf, q!, k!, v!, mask), [1, 0, 2]), [tokens, model]);
    return { out: linear(tf, joined, wo, bo) };
  },
  "additive-attention": (tf, { q, k, w_q, w_k, v }, { shape }) => {
    const { queries, keys, hidden } = shape as { queries: number; keys: number; hidden: number };
    const sums = tf.add(tf.expandDims(linear(tf, q, w_q), 1), linear(tf, k, w_k));
    const scores = tf.matMul(tf.reshape(tf.tanh(sums), [queries * keys, hidden]), tf.expandDims(v, 1));
    const weights = tf.softmax(tf.reshape(scores, [queries, keys]));
    return { context: tf.matMul(weights, k), weights };
  },
  "gqa-decode": (tf, { q, k_cache, v_cache, lengths }, { shape }) => {
    const { batch, q_heads, kv_heads, context, dim } = shape as Record<string, number>;
    const grouped = tf.reshape(q, [batch, kv_heads, q_heads! / kv_heads!, dim]);
    const isValid = tf.less(tf.range(0, context, 1, "int32"), tf.reshape(lengths, [batch, 1, 1, 1]));
    const scores = tf.mul(tf.matMul(grouped, k_cache, false, true), 1 / Math.sqrt(dim!));
    const out = tf.matMul(tf.softmax(tf.where(isValid, scores, -1e30)), v_cache);
    return { out: tf.reshape(out, [batch, q_heads, dim]) };
  },
  rope: (tf, { x, cosines, sines }) => {
    const [first, second] = tf.split(x, 2, -1);
    const rotated = tf.sub(tf.mul(first, cosines), tf.mul(second, sines));
    return { y: tf.concat([rotated, tf.add(tf.mul(second, cosines), tf.mul(first, sines))], -1) };
  },
  "top-k-cosine": (tf, { queries, docs }, { shape }) => {
    const similarities = tf.matMul(unit(tf, queries), unit(tf, docs), false, true);
    const { values, indices } = tf.topk(similarities, shape.top_k!);
    return { indices, scores: values };
  },
  matmul: (tf, { a, b }) => ({ c: tf.matMul(a, b) }),
  "matmul-int8": (tf, { a, b, a_scale, b_scale }) => ({
    out: tf.mul(tf.mul(tf.matMul(a, b, false, true), tf.expandDims(a_scale, 1)), b_scale),
  }),
  "matmul-int4": (tf, { a, w }) => ({ out: tf.matMul(a, w, false, true) }),
  "matmul-nf4": (tf, { a, w }) => ({ out: tf.matMul(a, w, false, true) }),
  "gmm-e-step": (tf, { x, weights, means, precision_cholesky }, { shape }) => {
    const d = shape.d!;
    const apart = tf.sub(tf.expandDims(x, 0), tf.expandDims(means, 1));
    const squares = tf.sum(tf.square(tf.matMul(apart, precision_cholesky)), 2);
    const diagonals = tf.sum(tf.mul(precision_cholesky, tf.eye(d)), 2);
    const constants = tf.add(tf.sum(tf.log(diagonals), 1), tf.sub(tf.log(weights), (d / 2) * Math.log(2 * Math.PI)));
    const logs = tf.sub(tf.expandDims(constants, 1), tf.mul(0.5, squares));
    const log_likelihood = tf.logSumExp(logs, 0);
    return { responsibilities: tf.transpose(tf.exp(tf.sub(logs, log_likelihood))), log_likelihood };
  },
  "gmm-m-step": (tf, { x, responsibilities }, { shape, params }) => {
    const { n, d } = shape as { n: number; d: number };
    const counts = tf.add(tf.sum(responsibilities, 0), 2.220446e-15);
    const means = tf.div(tf.matMul(responsibilities, x, true), tf.expandDims(counts, 1));
    const apart = tf.sub(tf.expandDims(x, 0), tf.expandDims(means, 1));
    const weighted = tf.mul(apart, tf.expandDims(tf.transpose(responsibilities), 2));
    const products = tf.div(tf.matMul(weighted, apart, true), tf.reshape(counts, [-1, 1, 1]));
    return { weights: tf.div(counts, n), means, covariances: tf.add(products, tf.mul(tf.eye(d), params.reg_covar)) };
  },
  "layer-norm": (tf, { x, gamma, beta }, { params }) => {
    const { mean, variance } = tf.moments(x, 1, true);
    return { y: tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, params.eps))), gamma), beta) };
  },
  "rms-norm": (tf, { x, gamma }, { params }) => {
    const meanSquare = tf.mean(tf.square(x), 1, true);
    return { y: tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, params.eps))), gamma) };
  },
  "batch-norm": (tf, { x, gamma, beta, running_mean, running_var }, { shape, params }) => {
    const [count, { momentum, eps }] = [shape.batch! * shape.spatial!, params as Record<string, number>];
    const { mean, variance } = tf.moments(x, [0, 2], true);
    const column = (y: TfTensor) => tf.reshape(y, [1, -1, 1]);
    const scaled = tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, eps))), column(gamma));
    const blend = (old: TfTensor, now: TfTensor) =>
      tf.add(tf.mul(1 - momentum!, old), tf.mul(momentum, tf.reshape(now, [-1])));
    return {
      y: tf.add(scaled, column(beta)),
      running_mean_out: blend(running_mean, mean),
      running_var_out: blend(running_var, tf.mul(variance, count / (count - 1))),
    };
  },
  gelu: (tf, { x }) => ({ y: tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))) }),
  "leaky-relu": (tf, { x }, { params }) => ({ y: tf.leakyRelu(x, params.slope) }),
  conv2d: (tf, { x, w, b }, { params }) => {
    const sums = tf.conv2d(tf.transpose(x, [0, 2, 3, 1]), tf.transpose(w, [2, 3, 1, 0]), params.stride, params.padding);
    return { y: tf.transpose(tf.add(sums, b), [0, 3, 1, 2]) };
  },
  "max-pool2d": (tf, { x }, { shape, params }) => {
    const pooled = tf.maxPool(tf.transpose(x, [0, 2, 3, 1]), shape.kernel, params.stride, "valid");
    return { y: tf.transpose(pooled, [0, 3, 1, 2]) };
  },
  "lora-linear": (tf, { x, w, lora_a, lora_b }, { shape, params }) => {
    const update = linear(tf, linear(tf, x, lora_a), lora_b);
    return { y: tf.add(linear(tf, x, w), tf.mul(params.alpha! / shape.rank!, update)) };
  },
  "lstm-cell": (tf, { x, h, c, w_ih, w_hh, b_ih, b_hh }) => {
    const [i, f, g, o] = tf.split(tf.add(linear(tf, x, w_ih, b_ih), linear(tf, h, w_hh, b_hh)), 4, 1);
    const c_out = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return { h_out: tf.mul(tf.sigmoid(o), tf.tanh(c_out)), c_out };
  },
  swiglu: (tf, { x, w_gate, w_up, w_down }) => {
    const gate = linear(tf, x, w_gate);
    return { out: linear(tf, tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(tf, x, w_up)), w_down) };
  },
  "mse-loss": (tf, { prediction, target }) => ({ loss: tf.mean(tf.squaredDifference(prediction, target)) }),
  "focal-loss": (tf, { logits, targets }, { shape, params }) => {
    const log = tf.sum(tf.mul(tf.oneHot(targets, shape.classes), tf.logSoftmax(logits)), 1);
    return { loss: tf.neg(tf.mul(tf.pow(tf.sub(1, tf.exp(log)), params.gamma), log)) };
  },
  "distillation-loss": (tf, { student, teacher, targets }, { shape, params }) => {
    const { temperature: t, alpha } = params as Record<string, number>;
    const [p, q] = [tf.logSoftmax(tf.div(teacher, t)), tf.logSoftmax(tf.div(student, t))];
    const kl = tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1);
    const log = tf.sum(tf.mul(tf.oneHot(targets, shape.classes), tf.logSoftmax(student)), 1);
    return { loss: tf.sub(tf.mul(alpha! * t! ** 2, kl), tf.mul(1 - alpha!, log)) };
  },
  "dpo-loss": (tf, inputs, { shape, params }) => {
    const positions = tf.range(0, shape.tokens, 1, "int32");
    const total = (policy: TfTensor, reference: TfTensor, lengths: TfTensor) => {
      const apart = tf.sub(policy, reference);
      return tf.sum(tf.where(tf.less(positions, tf.expandDims(lengths, 1)), apart, tf.zerosLike(apart)), 1);
    };
    const chosen = total(inputs.policy_chosen, inputs.reference_chosen, inputs.chosen_lengths);
    const rejected = total(inputs.policy_rejected, inputs.reference_rejected, inputs.rejected_lengths);
    return { loss: tf.softplus(tf.mul(-params.beta!, tf.sub(chosen, rejected))) };
  },
  "vae-loss": (tf, { x, logits, mu, logvar }, { params }) => {
    const bce = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1);
    const kl = tf.sum(tf.sub(tf.add(tf.square(mu), tf.exp(logvar)), tf.add(logvar, 1)), 1);
    return { loss: tf.add(bce, tf.mul(params.beta! / 2, kl)) };
  },
  perplexity: (tf, { logits, targets, mask }, { shape }) => {
    const log = tf.sum(tf.mul(tf.oneHot(targets, shape.classes), tf.logSoftmax(logits)), 1);
    return { perplexity: tf.exp(tf.neg(tf.div(tf.sum(tf.mul(mask, log)), tf.sum(mask)))) };
  },
  "info-nce": (tf, { a, b }, { shape, params }) => {
    const s = tf.div(tf.matMul(unit(tf, a), unit(tf, b), false, true), params.temperature);
    const own = tf.sum(tf.mul(s, tf.eye(shape.n)), 1);
    return { loss: tf.sub(tf.mul(0.5, tf.add(tf.logSumExp(s, 1), tf.logSumExp(s, 0))), own) };
  },
  "ewc-penalty": (tf, { theta, theta_old, fisher }, { params }) => {
    const apart = tf.sub(theta, theta_old);
    const grad = tf.mul(params.lambda, tf.mul(fisher, apart));
    return { penalty: tf.mul(0.5, tf.sum(tf.mul(grad, apart))), grad };
  },
  "prefix-sum": (tf, { x }) => ({ y: tf.cumsum(x) }),
  // Differences of all pairs would take gigabytes.
  "rbf-kernel": (tf, { x, y }, { params }) => {
    const lengths = tf.add(tf.sum(tf.square(x), 1, true), tf.sum(tf.square(y), 1));
    const squares = tf.sub(lengths, tf.mul(2, tf.matMul(x, y, false, true)));
    return { out: tf.exp(tf.mul(-params.gamma!, squares)) };
  },
  "adamw-step": (tf, { w, grad, m, v }, { params }) => {
    const { lr, beta1, beta2, eps, weight_decay, step } = params as Record<string, number>;
    const m_out = tf.add(tf.mul(beta1, m), tf.mul(1 - beta1!, grad));
    const v_out = tf.add(tf.mul(beta2, v), tf.mul(1 - beta2!, tf.square(grad)));
    const root = tf.add(tf.sqrt(tf.div(v_out, 1 - beta2! ** step!)), eps);
    const change = tf.div(tf.div(m_out, 1 - beta1! ** step!), root);
    return { w_out: tf.sub(tf.mul(1 - lr! * weight_decay!, w), tf.mul(lr, change)), m_out, v_out };
  },
  "elastic-net-prox": (tf, { w, grad }, { params }) => {
    const { lr, l1, l2 } = params as Record<string, number>;
    const u = tf.sub(w, tf.mul(lr, grad));
    return { w_out: tf.div(tf.mul(tf.sign(u), tf.relu(tf.sub(tf.abs(u), lr! * l1!))), 1 + lr! * l2!) };
  },
  "quantize-int8": (tf, { w }) => {
    const scale = tf.div(tf.max(tf.abs(w), 1, true), 127);
    return { scale: tf.reshape(scale, [-1]), dequantized: tf.mul(tf.round(tf.div(w, scale)), scale) };
  },
};

function attention(tf: Tf, q: TfTensor, k: TfTensor, v: TfTensor, mask: TfTensor): TfTensor {
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape.at(-1)!));
  return tf.matMul(tf.softmax(tf.add(scores, mask)), v);
}

/** A layer with weights [out, in]. */
function linear(tf: Tf, x: TfTensor, w: TfTensor, b?: TfTensor): TfTensor {
  const y = tf.matMul(x, w, false, true);
  return b === undefined ? y : tf.add(y, b);
}

/** Rows of length 1. */
function unit(tf: Tf, x: TfTensor): TfTensor {
  return tf.mul(x, tf.rsqrt(tf.sum(tf.square(x), 1, true)));
}
