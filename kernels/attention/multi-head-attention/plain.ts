import { spread } from "../../../harness/task/one-pass.ts";
import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import { storedScoresPlan } from "../stored-scores.ts";
import attentionCode from "./plain.wgsl";
import projectionCode from "./project.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<MultiHeadShape, "causal"> = ({ shape, params, device }) => {
  const { tokens, model, heads } = shape;
  const constants = { TOKENS: tokens, MODEL: model };
  const project = (x: string, layer: string, y: string): Pass => ({
    code: projectionCode,
    constants,
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: spread(Math.ceil((tokens * model) / WORKGROUP_SIZE), device),
  });
  const attend = storedScoresPlan(
    {
      code: attentionCode,
      constants: { ...constants, HEADS: heads, CAUSAL: params.causal },
      bindings: ["q", "k", "v", "p", "attended"],
    },
    { rows: heads * tokens, keys: tokens, columns: model / heads },
    device,
  );
  const bytes = 4 * tokens * model;
  return {
    passes: [
      project("x", "q", "q"),
      project("x", "k", "k"),
      project("x", "v", "v"),
      ...attend.passes,
      project("attended", "o", "out"),
    ],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes, ...attend.scratch },
  };
};
