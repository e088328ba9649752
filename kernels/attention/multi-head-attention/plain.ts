import { spread } from "../../../harness/task/one-pass.ts";
import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import attentionCode from "./plain.wgsl";
import projectionCode from "./project.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<MultiHeadShape, "causal"> = ({ shape, params, device }) => {
  const { tokens, model, heads } = shape;
  const constants = { TOKENS: tokens, MODEL: model };
  const workgroups = (invocations: number) => spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
  const project = (x: string, layer: string, y: string): Pass => ({
    code: projectionCode,
    constants,
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: workgroups(tokens * model),
  });
  const attend = (entryPoint: string, invocations: number): Pass => ({
    code: attentionCode,
    entryPoint,
    constants: { ...constants, HEADS: heads, CAUSAL: params.causal },
    bindings: ["q", "k", "v", "p", "attended"],
    workgroups: workgroups(invocations),
  });
  const bytes = 4 * tokens * model;
  return {
    passes: [
      project("x", "q", "q"),
      project("x", "k", "k"),
      project("x", "v", "v"),
      attend("scores", heads * tokens * tokens),
      attend("softmax", heads * tokens),
      attend("weighted_values", tokens * model),
      project("attended", "o", "out"),
    ],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes, p: 4 * heads * tokens * tokens },
  };
};
