import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { Pass, Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import type { Shape } from "../../../reference/oracle.ts";
import { BIASED, linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import { flashPass } from "../online.ts";
import { productPass } from "../product.ts";
import { softwareFlashPass } from "../software-flash.ts";
import projection from "./tuned.wgsl";

const hardware: PlanFunction<MultiHeadShape, "causal"> = (context) => {
  const { tokens, model } = context.shape;
  const project = (bindings: readonly string[]) =>
    productPass(projection, { heads: 1, rows: tokens, columns: model, depth: model }, bindings);
  return layerOf(context, project, flashPass);
};

/** The projections as products, and attention with an online softmax between them. */
export const tuned = byDeviceKind({
  software(context) {
    const { shape, device } = context;
    const { tokens, model } = shape;
    const project = (bindings: readonly string[]) =>
      linearPass({ rows: tokens, inputs: model, outputs: model }, bindings, device, BIASED);
    return { ...layerOf(context, project, softwareFlashPass), requires: featuresFor(device) };
  },
  hardware,
});

function layerOf(
  {
    shape: { tokens, model, heads },
    params: { causal },
    device,
  }: PlanContext<keyof Shape<MultiHeadShape> & string, "causal">,
  project: (bindings: readonly string[]) => Pass,
  attend: typeof softwareFlashPass,
): Plan {
  const dim = model / heads;
  const sizes = { heads, queries: tokens, keys: tokens, dim, causal };
  const bytes = 4 * tokens * model;
  return {
    passes: [
      ...["q", "k", "v"].map((layer) => project(["x", `w${layer}`, `b${layer}`, layer])),
      attend(sizes, { row: model, queryHead: dim, keyHead: dim }, "attended", device),
      project(["attended", "wo", "bo", "out"]),
    ],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes },
  };
}
