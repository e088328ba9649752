import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import attentionCode from "./tuned.wgsl";
import projectionCode from "./tuned-project.wgsl";

/** Tokens, and outputs, per invocation of a projection. */
const QUARTET = 4;
/** Tokens that a workgroup of the attention serves at once, as the components of a vec4f. */
const TOKENS_AT_ONCE = 4;

export const tuned: PlanFunction<MultiHeadShape, "causal"> = ({ shape, params }) => {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  // Small problems use smaller tiles, to have enough workgroups for every core.
  const side = Math.max(tokens, model) <= 64 ? 4 : 8;
  const widest = Math.max(tokens, dim);
  const project = (x: string, layer: string, y: string): Pass => ({
    code: projectionCode,
    constants: { TOKENS: tokens, MODEL: model, SIDE: side },
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: [Math.ceil(model / QUARTET / side), Math.ceil(tokens / QUARTET / side)],
  });
  const attend: Pass = {
    code: attentionCode,
    constants: {
      TOKENS: tokens,
      MODEL: model,
      CAUSAL: params.causal,
      DIM: dim,
      LANES: widest <= 16 ? 16 : widest <= 128 ? 32 : 64,
    },
    bindings: ["q", "k", "v", "attended"],
    workgroups: [Math.ceil(tokens / TOKENS_AT_ONCE), heads],
  };
  const bytes = 4 * tokens * model;
  return {
    passes: [...["q", "k", "v"].map((layer) => project("x", layer, layer)), attend, project("attended", "o", "out")],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes },
  };
};
