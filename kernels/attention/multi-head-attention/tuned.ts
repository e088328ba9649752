import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import { flashPass } from "../online.ts";
import { productPass } from "../product.ts";
import projection from "./tuned.wgsl";

/** The projections as products in tiles, and attention with an online softmax between them. */
export const tuned: PlanFunction<MultiHeadShape, "causal"> = ({ shape, params }) => {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  const project = (x: string, layer: string, y: string) =>
    productPass(projection, { heads: 1, rows: tokens, columns: model, depth: model }, [x, `w${layer}`, `b${layer}`, y]);
  const sizes = { heads, queries: tokens, keys: tokens, dim, causal: params.causal };
  const attend = flashPass(sizes, { row: model, queryHead: dim, keyHead: dim }, "attended");
  const bytes = 4 * tokens * model;
  return {
    passes: [...["q", "k", "v"].map((layer) => project("x", layer, layer)), attend, project("attended", "o", "out")],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes },
  };
};
