import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import online from "../../softmax/online.wgsl";
import { productPass } from "../product.ts";
import { flashOnSoftware } from "../software-flash.ts";
import { plain } from "./plain.ts";
import scores from "./tuned-scores.wgsl";
import softmax from "./tuned-softmax.wgsl";
import values from "./tuned-values.wgsl";

const TILE = 32;

/** Two matrix products, and a softmax between them. */
const hardware: PlanFunction<AttentionShape, "causal"> = (context) => {
  const { shape, params, device } = context;
  const { heads, queries, keys, dim } = shape;
  // Heads with fewer queries or keys than a tile share little.
  if (Math.min(queries, keys) < TILE) return plain(context);
  const rows = heads * queries;
  const own = { CAUSAL: params.causal };
  const { lanes, workgroups } = lanesFor(rows, keys, device);
  return {
    passes: [
      productPass(scores, { heads, rows: queries, columns: keys, depth: dim }, ["q", "k", "p"], own),
      {
        code: `${softmax}\n${online}`,
        constants: { ...own, HEADS: heads, QUERIES: queries, KEYS: keys, LANES_PER_ROW: lanes },
        bindings: ["p"],
        workgroups,
      },
      productPass(values, { heads, rows: queries, columns: dim, depth: keys }, ["p", "v", "out"], own),
    ],
    scratch: { p: 4 * rows * keys },
  };
};

export const tuned = flashOnSoftware(hardware);
