import { jaxExpressions } from "./jax-expressions.ts";
import { onnxExpressions } from "./onnx-expressions.ts";
import { tfjsExpressions } from "./tfjs-expressions.ts";

/** Those that users of the peers compare most often come first. */
const FIRST = [
  ...["softmax", "cross-entropy", "attention", "flash-attention", "multi-head-attention"],
  ...["matmul-int8", "matmul-int4", "matmul-nf4", "gmm-e-step"],
];

/** The tasks that at least one peer has an expression for. */
export function expressedTasks(): string[] {
  const all = [tfjsExpressions, jaxExpressions, onnxExpressions].flatMap(Object.keys);
  return [...new Set([...FIRST, ...all.sort()])];
}
