import type { InputName, PeerInputs } from "./peer-inputs.ts";

type Operand = JaxArray | number;
type Axis = number | readonly number[];
interface Keep {
  readonly keepdims: boolean;
}

/** An array of jax-js, whose own types are not installed with the product. Each use but the last takes a `ref`. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
  add(other: Operand): JaxArray;
  sub(other: Operand): JaxArray;
  mul(other: Operand): JaxArray;
  div(other: Operand): JaxArray;
  neg(): JaxArray;
  less(other: Operand): JaxArray;
  lessEqual(other: Operand): JaxArray;
  astype(type: "float32" | "int32"): JaxArray;
  sum(axis?: Axis, options?: Keep): JaxArray;
  mean(axis?: Axis, options?: Keep): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(axes?: readonly number[]): JaxArray;
}

export type JaxTree = Readonly<Record<string, JaxArray>>;

type Unary = "abs" | "exp" | "log" | "matrixTranspose" | "rint" | "sign" | "sqrt" | "square" | "tanh";

/** The functions of jax-js that the expressions use. */
export interface Jax {
  readonly numpy: Readonly<Record<Unary, (x: JaxArray) => JaxArray>> & {
    arange(from: number, to: number): JaxArray;
    array(values: ArrayLike<number>, options: { shape: readonly number[]; dtype: string }): JaxArray;
    concatenate(arrays: readonly JaxArray[], axis: number): JaxArray;
    cumsum(x: JaxArray, axis: number): JaxArray;
    diagonal(x: JaxArray, offset: number, axis1: number, axis2: number): JaxArray;
    exp2(x: JaxArray): JaxArray;
    expandDims(x: JaxArray, axis: number): JaxArray;
    eye(n: number): JaxArray;
    matmul(x: JaxArray, y: JaxArray): JaxArray;
    max(x: JaxArray, axis: Axis, options?: Keep): JaxArray;
    maximum(x: JaxArray, y: Operand): JaxArray;
    power(x: JaxArray, y: Operand): JaxArray;
    split(x: JaxArray, parts: number, axis: number): JaxArray[];
    var_(x: JaxArray, axis: Axis, options?: Keep): JaxArray;
    where(condition: JaxArray, x: Operand, y: Operand): JaxArray;
  };
  readonly nn: Readonly<Record<"logSigmoid" | "sigmoid" | "silu" | "softplus", (x: JaxArray) => JaxArray>> & {
    gelu(x: JaxArray, options: { approximate: boolean }): JaxArray;
    leakyRelu(x: JaxArray, slope: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    logsumexp(x: JaxArray, axis: number): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    standardize(x: JaxArray, axis: number, options: { epsilon: number }): JaxArray;
  };
  readonly lax: {
    convGeneralDilated(
      x: JaxArray,
      filters: JaxArray,
      strides: readonly number[],
      padding: readonly (readonly [number, number])[],
    ): JaxArray;
    reduceWindow(
      x: JaxArray,
      reduce: (window: JaxArray) => JaxArray,
      sizes: readonly number[],
      strides: readonly number[],
    ): JaxArray;
    topK(x: JaxArray, k: number): [JaxArray, JaxArray];
  };
  valueAndGrad(
    loss: (parameters: JaxTree) => JaxArray,
  ): (parameters: JaxTree) => [value: JaxArray, gradients: Record<string, JaxArray>];
}

type Inputs = Readonly<Record<InputName, JaxArray>>;
type Expression = (jax: Jax, inputs: Inputs, given: PeerInputs) => JaxTree;

const KEEP: Keep = { keepdims: true };

/** What a user of jax-js writes inside of `jit` for a task, in the order of the statement's formulas. */
export const jaxExpressions: Readonly<Record<string, Expression>> = {
  softmax: ({ nn }, { x }) => ({ y: nn.softmax(x, -1) }),
  "cross-entropy": ({ nn }, { logits, targets }, { shape, params }) => {
    const log = nn.logSoftmax(logits, -1);
    const own = log.ref.mul(nn.oneHot(targets, shape.classes!)).sum(1);
    return { loss: own.mul(params.smoothing! - 1).sub(log.mean(1).mul(params.smoothing!)) };
  },
  attention: (jax, { q, k, v, mask }) => ({ out: attention(jax, q, k, v, mask) }),
  "flash-attention": (jax, { q, k, v, mask }) => ({ out: attention(jax, q, k, v, mask) }),
  "alibi-attention": (jax, { q, k, v, mask }, { shape }) => {
    const { heads, queries, keys } = shape as { heads: number; queries: number; keys: number };
    const np = jax.numpy;
    const slopes = np
      .exp2(
        np
          .arange(1, heads + 1)
          .astype("float32")
          .mul(-8 / heads),
      )
      .reshape([heads, 1, 1]);
    const distances = np.expandDims(np.arange(keys - queries, keys), 1).sub(np.arange(0, keys));
    return { out: attention(jax, q, k, v, mask.sub(slopes.mul(distances))) };
  },
  "multi-head-attention": (jax, { x, wq, wk, wv, wo, bq, bk, bv, bo, mask }, { shape }) => {
    const { tokens, model, heads } = shape as { tokens: number; model: number; heads: number };
    const split = (y: JaxArray) => y.reshape([tokens, heads, model / heads]).transpose([1, 0, 2]);
    const q = split(linear(jax, x.ref, wq, bq));
    const k = split(linear(jax, x.ref, wk, bk));
    const v = split(linear(jax, x, wv, bv));
    const joined = attention(jax, q, k, v, mask).transpose([1, 0, 2]).reshape([tokens, model]);
    return { out: linear(jax, joined, wo, bo) };
  },
  "additive-attention": (jax, { q, k, w_q, w_k, v }) => {
    const np = jax.numpy;
    const sums = np.expandDims(linear(jax, q, w_q), 1).add(linear(jax, k.ref, w_k));
    const weights = jax.nn.softmax(np.tanh(sums).mul(v).sum(2), -1);
    return { context: np.matmul(weights.ref, k), weights };
  },
  "gqa-decode": ({ numpy: np, nn }, { q, k_cache, v_cache, lengths }, { shape }) => {
    const { batch, q_heads, kv_heads, context, dim } = shape as Readonly<Record<Size, number>>;
    const grouped = q.reshape([batch, kv_heads, q_heads / kv_heads, dim]);
    const isValid = np
      .arange(0, context)
      .astype("int32")
      .less(lengths.reshape([batch, 1, 1, 1]));
    const scores = np.matmul(grouped, np.matrixTranspose(k_cache)).mul(1 / Math.sqrt(dim));
    const out = np.matmul(nn.softmax(np.where(isValid, scores, -1e30), -1), v_cache);
    return { out: out.reshape([batch, q_heads, dim]) };
  },
  rope: ({ numpy: np }, { x, cosines, sines }) => {
    const [first, second] = np.split(x, 2, -1) as [JaxArray, JaxArray];
    const rotated = first.ref.mul(cosines.ref).sub(second.ref.mul(sines.ref));
    return { y: np.concatenate([rotated, second.mul(cosines).add(first.mul(sines))], -1) };
  },
  "top-k-cosine": (jax, { queries, docs }, { shape }) => {
    const similarities = linear(jax, unit(jax, queries), unit(jax, docs));
    const [scores, indices] = jax.lax.topK(similarities, shape.top_k!);
    return { indices, scores };
  },
  matmul: ({ numpy: np }, { a, b }) => ({ c: np.matmul(a, b) }),
  "matmul-int8": (jax, { a, b, a_scale, b_scale }) => ({
    out: linear(jax, a, b).mul(jax.numpy.expandDims(a_scale, 1)).mul(b_scale),
  }),
  "matmul-int4": (jax, { a, w }) => ({ out: linear(jax, a, w) }),
  "matmul-nf4": (jax, { a, w }) => ({ out: linear(jax, a, w) }),
  "gmm-e-step": ({ numpy: np, nn }, { x, weights, means, precision_cholesky }, { shape }) => {
    const apart = np.expandDims(x, 0).sub(np.expandDims(means, 1));
    const squares = np.square(np.matmul(apart, precision_cholesky.ref)).sum(2);
    const determinants = np.log(np.diagonal(precision_cholesky, 0, 1, 2)).sum(1);
    const constants = determinants.add(np.log(weights)).sub((shape.d! / 2) * Math.log(2 * Math.PI));
    const logs = np.expandDims(constants, 1).sub(squares.mul(0.5));
    const log_likelihood = nn.logsumexp(logs.ref, 0);
    return { responsibilities: np.exp(logs.sub(log_likelihood.ref)).transpose(), log_likelihood };
  },
  "gmm-m-step": ({ numpy: np }, { x, responsibilities: r }, { shape, params }) => {
    const { n, d } = shape as { n: number; d: number };
    const counts = r.ref.sum(0).add(2.220446e-15);
    const means = np.matmul(r.ref.transpose(), x.ref).div(np.expandDims(counts.ref, 1));
    const apart = np.expandDims(x, 0).sub(np.expandDims(means.ref, 1));
    // `einsum` needs Node 22.
    const weighted = apart.ref.mul(np.expandDims(r.transpose(), 2));
    const products = np.matmul(np.matrixTranspose(weighted), apart);
    const covariances = products.div(counts.ref.reshape([-1, 1, 1])).add(np.eye(d).mul(params.reg_covar!));
    return { weights: counts.div(n), means, covariances };
  },
  "layer-norm": ({ nn }, { x, gamma, beta }, { params }) => ({
    y: nn.standardize(x, -1, { epsilon: params.eps! }).mul(gamma).add(beta),
  }),
  "rms-norm": ({ numpy: np }, { x, gamma }, { params }) => {
    const meanSquare = np.square(x.ref).mean(1, KEEP);
    return { y: x.div(np.sqrt(meanSquare.add(params.eps!))).mul(gamma) };
  },
  "batch-norm": ({ numpy: np }, { x, gamma, beta, running_mean, running_var }, { shape, params }) => {
    const [count, { momentum, eps }] = [shape.batch! * shape.spatial!, params as { momentum: number; eps: number }];
    const mean = x.ref.mean([0, 2], KEEP);
    const variance = np.var_(x.ref, [0, 2], KEEP);
    const scaled = x.sub(mean.ref).div(np.sqrt(variance.ref.add(eps)));
    const blend = (old: JaxArray, now: JaxArray) => old.mul(1 - momentum).add(now.reshape([-1]).mul(momentum));
    return {
      y: scaled.mul(gamma.reshape([1, -1, 1])).add(beta.reshape([1, -1, 1])),
      running_mean_out: blend(running_mean, mean),
      running_var_out: blend(running_var, variance.mul(count / (count - 1))),
    };
  },
  gelu: ({ nn }, { x }) => ({ y: nn.gelu(x, { approximate: false }) }),
  "leaky-relu": ({ nn }, { x }, { params }) => ({ y: nn.leakyRelu(x, params.slope!) }),
  conv2d: ({ lax }, { x, w, b }, { params }) => {
    const { stride, padding } = params as { stride: number; padding: number };
    const sums = lax.convGeneralDilated(
      x,
      w,
      [stride, stride],
      [
        [padding, padding],
        [padding, padding],
      ],
    );
    return { y: sums.add(b.reshape([1, -1, 1, 1])) };
  },
  "max-pool2d": ({ numpy: np, lax }, { x }, { shape, params }) => {
    const [kernel, stride] = [shape.kernel!, params.stride!];
    return {
      y: lax.reduceWindow(x, (window) => np.max(window, [0, 1, 2, 3]), [1, 1, kernel, kernel], [1, 1, stride, stride]),
    };
  },
  "lora-linear": (jax, { x, w, lora_a, lora_b }, { shape, params }) => {
    const update = linear(jax, linear(jax, x.ref, lora_a), lora_b);
    return { y: linear(jax, x, w).add(update.mul(params.alpha! / shape.rank!)) };
  },
  "lstm-cell": (jax, { x, h, c, w_ih, w_hh, b_ih, b_hh }) => {
    const [np, { sigmoid }] = [jax.numpy, jax.nn];
    const gates = linear(jax, x, w_ih, b_ih).add(linear(jax, h, w_hh, b_hh));
    const [i, f, g, o] = np.split(gates, 4, 1) as [JaxArray, JaxArray, JaxArray, JaxArray];
    const c_out = sigmoid(f)
      .mul(c)
      .add(sigmoid(i).mul(np.tanh(g)));
    return { h_out: sigmoid(o).mul(np.tanh(c_out.ref)), c_out };
  },
  swiglu: (jax, { x, w_gate, w_up, w_down }) => ({
    out: linear(jax, jax.nn.silu(linear(jax, x.ref, w_gate)).mul(linear(jax, x, w_up)), w_down),
  }),
  "mlp-backward": (jax, { x, y, w1, b1, w2, b2 }) => {
    const loss = (p: JaxTree) => {
      const hidden = jax.nn.sigmoid(linear(jax, x, p.w1!, p.b1!));
      return jax.numpy.square(linear(jax, hidden, p.w2!, p.b2!).sub(y)).mean();
    };
    const [value, gradients] = jax.valueAndGrad(loss)({ w1, b1, w2, b2 });
    const named = Object.entries(gradients).map(([name, gradient]) => [`grad_${name}`, gradient]);
    return { loss: value, ...Object.fromEntries(named) };
  },
  "mse-loss": ({ numpy: np }, { prediction, target }) => ({ loss: np.square(prediction.sub(target)).mean() }),
  "focal-loss": ({ numpy: np, nn }, { logits, targets }, { shape, params }) => {
    const log = nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, shape.classes!)).sum(1);
    return { loss: np.power(np.exp(log.ref).neg().add(1), params.gamma!).mul(log).neg() };
  },
  "distillation-loss": ({ numpy: np, nn }, { student, teacher, targets }, { shape, params }) => {
    const { temperature: t, alpha } = params as { temperature: number; alpha: number };
    const p = nn.logSoftmax(teacher.div(t), -1);
    const kl = np
      .exp(p.ref)
      .mul(p.sub(nn.logSoftmax(student.ref.div(t), -1)))
      .sum(1);
    const log = nn.logSoftmax(student, -1).mul(nn.oneHot(targets, shape.classes!)).sum(1);
    return { loss: kl.mul(alpha * t ** 2).sub(log.mul(1 - alpha)) };
  },
  "dpo-loss": ({ numpy: np, nn }, inputs, { shape, params }) => {
    const total = (policy: JaxArray, reference: JaxArray, lengths: JaxArray) => {
      const isOfAnswer = np.arange(0, shape.tokens!).astype("int32").less(np.expandDims(lengths, 1));
      return np.where(isOfAnswer, policy.sub(reference), 0).sum(1);
    };
    const chosen = total(inputs.policy_chosen, inputs.reference_chosen, inputs.chosen_lengths);
    const rejected = total(inputs.policy_rejected, inputs.reference_rejected, inputs.rejected_lengths);
    return { loss: nn.logSigmoid(chosen.sub(rejected).mul(params.beta!)).neg() };
  },
  "vae-loss": ({ numpy: np, nn }, { x, logits, mu, logvar }, { params }) => {
    const bce = nn.softplus(logits.ref).sub(x.mul(logits)).sum(1);
    const kl = np.square(mu).add(np.exp(logvar.ref)).sub(logvar).sub(1).sum(1);
    return { loss: bce.add(kl.mul(params.beta! / 2)) };
  },
  perplexity: ({ numpy: np, nn }, { logits, targets, mask }, { shape }) => {
    const log = nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, shape.classes!)).sum(1);
    const counted = mask.astype("float32");
    return { perplexity: np.exp(log.mul(counted.ref).sum().div(counted.sum()).neg()) };
  },
  "info-nce": (jax, { a, b }, { params }) => {
    const s = linear(jax, unit(jax, a), unit(jax, b)).div(params.temperature!);
    const sums = jax.nn.logsumexp(s.ref, 1).add(jax.nn.logsumexp(s.ref, 0));
    return { loss: sums.mul(0.5).sub(jax.numpy.diagonal(s, 0, 0, 1)) };
  },
  "ewc-penalty": (_, { theta, theta_old, fisher }, { params }) => {
    const apart = theta.sub(theta_old);
    const grad = fisher.mul(apart.ref).mul(params.lambda!);
    return { penalty: grad.ref.mul(apart).sum().mul(0.5), grad };
  },
  "prefix-sum": ({ numpy: np }, { x }) => ({ y: np.cumsum(x, 0) }),
  "rbf-kernel": ({ numpy: np }, { x, y }, { params }) => {
    const squares = np.square(np.expandDims(x, 1).sub(np.expandDims(y, 0))).sum(2);
    return { out: np.exp(squares.mul(-params.gamma!)) };
  },
  "dbscan-core": ({ numpy: np }, { x }, { params }) => {
    const squares = np.square(np.expandDims(x.ref, 1).sub(np.expandDims(x, 0))).sum(2);
    const neighbours = squares
      .lessEqual(params.eps! ** 2)
      .astype("int32")
      .sum(1);
    const isFew = neighbours.ref.less(params.min_samples!);
    return { neighbours, core: np.where(isFew, 0, 1) };
  },
  "adamw-step": ({ numpy: np }, { w, grad, m, v }, { params }) => {
    const { lr, beta1, beta2, eps, weight_decay, step } = params as Readonly<Record<Rate, number>>;
    const m_out = m.mul(beta1).add(grad.ref.mul(1 - beta1));
    const v_out = v.mul(beta2).add(np.square(grad).mul(1 - beta2));
    const root = np.sqrt(v_out.ref.div(1 - beta2 ** step)).add(eps);
    const change = m_out.ref.div(1 - beta1 ** step).div(root);
    return { w_out: w.mul(1 - lr * weight_decay).sub(change.mul(lr)), m_out, v_out };
  },
  "elastic-net-prox": ({ numpy: np }, { w, grad }, { params }) => {
    const { lr, l1, l2 } = params as { lr: number; l1: number; l2: number };
    const u = w.sub(grad.mul(lr));
    return {
      w_out: np
        .sign(u.ref)
        .mul(np.maximum(np.abs(u).sub(lr * l1), 0))
        .div(1 + lr * l2),
    };
  },
  "quantize-int8": ({ numpy: np }, { w }) => {
    const scale = np.max(np.abs(w.ref), 1, KEEP).div(127);
    const dequantized = np.rint(w.div(scale.ref)).mul(scale.ref);
    return { scale: scale.reshape([-1]), dequantized };
  },
};

type Size = "batch" | "q_heads" | "kv_heads" | "context" | "dim";
type Rate = "lr" | "beta1" | "beta2" | "eps" | "weight_decay" | "step";

function attention({ numpy: np, nn }: Jax, q: JaxArray, k: JaxArray, v: JaxArray, mask: JaxArray): JaxArray {
  const factor = 1 / Math.sqrt(q.shape.at(-1)!);
  const scores = np.matmul(q, np.matrixTranspose(k)).mul(factor);
  return np.matmul(nn.softmax(scores.add(mask), -1), v);
}

/** A layer with weights [out, in]. */
function linear({ numpy: np }: Jax, x: JaxArray, w: JaxArray, b?: JaxArray): JaxArray {
  const y = np.matmul(x, w.transpose());
  return b === undefined ? y : y.add(b);
}

/** Rows of length 1. */
function unit({ numpy: np }: Jax, x: JaxArray): JaxArray {
  return x.ref.div(np.sqrt(np.square(x).sum(1, KEEP)));
}
