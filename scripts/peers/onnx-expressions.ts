import { MICROSOFT, type OnnxGraph, type OnnxValue } from "./onnx-model.ts";
import type { InputName, PeerInputs } from "./peer-inputs.ts";

type Inputs = Readonly<Record<InputName, OnnxValue>>;
type Outputs = Readonly<Record<string, OnnxValue>>;

/** A model of a task. A task may have several, of which `how` names the operator. */
export interface OnnxExpression {
  readonly how?: string;
  readonly build: (graph: OnnxGraph, inputs: Inputs, given: PeerInputs) => Outputs;
}

type Build = OnnxExpression["build"];

const attention: Build = (g, { q, k, v, mask }, { shape }) => ({ out: attend(g, q, k, v, mask, shape.dim!) });

/** The operators that a model of onnxruntime has for a task: the fewest that exist, as exporters write them. */
export const onnxExpressions: Readonly<Record<string, readonly OnnxExpression[]>> = {
  ...one("softmax", (g, { x }) => ({ y: g.node("Softmax", [x], { axis: -1 }) })),
  ...one("cross-entropy", (g, { logits, targets }, { params }) => {
    const log = g.node("LogSoftmax", [logits], { axis: -1 });
    const own = ofTargets(g, log, targets);
    const mean = g.node("ReduceMean", [log, g.integers(1)], { keepdims: 0 });
    const { smoothing } = params as { smoothing: number };
    const weighted = g.node("Mul", [own, g.floats([smoothing - 1])]);
    return { loss: g.node("Sub", [weighted, g.node("Mul", [mean, g.floats([smoothing])])]) };
  }),
  ...one("attention", attention),
  ...one("flash-attention", attention),
  "multi-head-attention": [
    {
      build(g, { x, wq, wk, wv, wo, bq, bk, bv, bo, mask }, { shape }) {
        const { tokens, model, heads } = shape as { tokens: number; model: number; heads: number };
        const split = (y: OnnxValue) =>
          g.node("Transpose", [g.node("Reshape", [y, g.integers(tokens, heads, model / heads)])], { perm: [1, 0, 2] });
        const [q, k, v] = [gemm(g, x, wq, bq), gemm(g, x, wk, bk), gemm(g, x, wv, bv)].map(split);
        const out = g.node("Transpose", [attend(g, q!, k!, v!, mask, model / heads)], { perm: [1, 0, 2] });
        return { out: gemm(g, g.node("Reshape", [out, g.integers(tokens, model)]), wo, bo) };
      },
    },
    {
      how: "MultiHeadAttention",
      build(g, { x, wq, wk, wv, wo, bq, bk, bv, bo }, { shape, params }) {
        const { tokens, model, heads } = shape as { tokens: number; model: number; heads: number };
        const batched = (y: OnnxValue) => g.node("Reshape", [y, g.integers(1, tokens, model)]);
        const projected = [gemm(g, x, wq, bq), gemm(g, x, wk, bk), gemm(g, x, wv, bv)].map(batched);
        const attributes = { num_heads: heads, unidirectional: params.causal! };
        const out = g.node("MultiHeadAttention", projected, attributes, MICROSOFT);
        return { out: gemm(g, g.node("Reshape", [out, g.integers(tokens, model)]), wo, bo) };
      },
    },
  ],
  ...one("matmul", (g, { a, b }) => ({ c: g.node("MatMul", [a, b]) })),
  ...one("matmul-int8", (g, { a, b, a_scale, b_scale }) => {
    const scaled = g.node("Mul", [gemm(g, a, b), g.node("Unsqueeze", [a_scale, g.integers(1)])]);
    return { out: g.node("Mul", [scaled, b_scale]) };
  }),
  ...one("matmul-int4", (g, { a, w }) => ({ out: gemm(g, a, w) })),
  ...one("matmul-nf4", (g, { a, w }) => ({ out: gemm(g, a, w) })),
  ...one("layer-norm", (g, { x, gamma, beta }, { params }) => ({
    y: g.node("LayerNormalization", [x, gamma, beta], { axis: -1, epsilon: { float: params.eps! } }),
  })),
  ...one("rms-norm", (g, { x, gamma }, { params }) => ({
    y: g.node("SimplifiedLayerNormalization", [x, gamma], { axis: -1, epsilon: { float: params.eps! } }),
  })),
  ...one("gelu", (g, { x }) => ({ y: g.node("Gelu", [x]) })),
  ...one("leaky-relu", (g, { x }, { params }) => ({
    y: g.node("LeakyRelu", [x], { alpha: { float: params.slope! } }),
  })),
  ...one("conv2d", (g, { x, w, b }, { params }) => {
    const { stride, padding } = params as { stride: number; padding: number };
    return { y: g.node("Conv", [x, w, b], { strides: [stride, stride], pads: Array(4).fill(padding) }) };
  }),
  ...one("max-pool2d", (g, { x }, { shape, params }) => {
    const [kernel, stride] = [shape.kernel!, params.stride!];
    return { y: g.node("MaxPool", [x], { kernel_shape: [kernel, kernel], strides: [stride, stride] }) };
  }),
  ...one("swiglu", (g, { x, w_gate, w_up, w_down }) => {
    const gate = gemm(g, x, w_gate);
    const hidden = g.node("Mul", [gate, g.node("Sigmoid", [gate])]);
    return { out: gemm(g, g.node("Mul", [hidden, gemm(g, x, w_up)]), w_down) };
  }),
  ...one("lora-linear", (g, { x, w, lora_a, lora_b }, { shape, params }) => {
    const update = gemm(g, gemm(g, x, lora_a), lora_b);
    const scaled = g.node("Mul", [update, g.floats([params.alpha! / shape.rank!])]);
    return { y: g.node("Add", [gemm(g, x, w), scaled]) };
  }),
  ...one("mse-loss", (g, { prediction, target }) => {
    const apart = g.node("Sub", [prediction, target]);
    return { loss: g.node("ReduceMean", [g.node("Mul", [apart, apart])], { keepdims: 1 }) };
  }),
  ...one("prefix-sum", (g, { x }) => ({ y: g.node("CumSum", [x, g.integers(0)]) })),
  ...one("focal-loss", (g, { logits, targets }, { params }) => {
    const log = ofTargets(g, g.node("LogSoftmax", [logits], { axis: -1 }), targets);
    const unsure = g.node("Sub", [g.floats([1]), g.node("Exp", [log])]);
    return { loss: g.node("Neg", [g.node("Mul", [g.node("Pow", [unsure, g.floats([params.gamma!])]), log])]) };
  }),
  ...one("rope", (g, { x, cosines, sines }, { shape }) => {
    const { heads, tokens, dim } = shape as { heads: number; tokens: number; dim: number };
    const positions = g.integers(...Array.from({ length: tokens }, (_, token) => token));
    const ids = g.node("Reshape", [positions, g.integers(1, tokens)]);
    const batched = g.node("Reshape", [x, g.integers(1, heads, tokens, dim)]);
    const rotated = g.node("RotaryEmbedding", [batched, ids, cosines, sines], {}, MICROSOFT);
    return { y: g.node("Reshape", [rotated, g.integers(heads, tokens, dim)]) };
  }),
};

function one(task: string, build: Build): Readonly<Record<string, readonly OnnxExpression[]>> {
  return { [task]: [{ build }] };
}

/** softmax(q·kᵀ / √dim + mask)·v */
function attend(g: OnnxGraph, q: OnnxValue, k: OnnxValue, v: OnnxValue, mask: OnnxValue, dim: number): OnnxValue {
  const scores = g.node("MatMul", [q, g.node("Transpose", [k], { perm: [0, 2, 1] })]);
  const scaled = g.node("Mul", [scores, g.floats([1 / Math.sqrt(dim)])]);
  return g.node("MatMul", [g.node("Softmax", [g.node("Add", [scaled, mask])], { axis: -1 }), v]);
}

/** A layer with weights [out, in]. */
function gemm(g: OnnxGraph, x: OnnxValue, w: OnnxValue, b?: OnnxValue): OnnxValue {
  return g.node("Gemm", b === undefined ? [x, w] : [x, w, b], { transB: 1 });
}

/** Each row's element of its target class. */
function ofTargets(g: OnnxGraph, rows: OnnxValue, targets: OnnxValue): OnnxValue {
  const indices = g.node("Unsqueeze", [targets, g.integers(1)]);
  return g.node("Squeeze", [g.node("GatherElements", [rows, indices], { axis: 1 }), g.integers(1)]);
}
