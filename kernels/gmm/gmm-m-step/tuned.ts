import { declarationsOf, passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import plain from "./plain.wgsl";
import ownCode from "./tuned.wgsl";

const code = `${ownCode}\n${declarationsOf(plain)}`;

/** As in the shader. */
const WORKGROUP_SIZE = 64;
const BLOCK = 4;

/** Invocations that keep a large GPU busy, and the fewest points worth a separate invocation. */
const ENOUGH_INVOCATIONS = 2 ** 14;
const FEWEST_POINTS = 64;

/** Number of parts of the points that gives enough invocations, with `blocks` per part. */
function partsFor(blocks: number, n: number): number {
  return Math.min(Math.ceil(ENOUGH_INVOCATIONS / blocks), Math.ceil(n / FEWEST_POINTS));
}

export const tuned: PlanFunction<MixtureShape, "reg_covar"> = ({ shape: { n, d, k }, params: { reg_covar } }) => {
  const bands = Math.ceil(d / BLOCK);
  const vectors = k * bands;
  const blocks = (k * bands * (bands + 1)) / 2;
  const sumParts = partsFor(vectors, n);
  const productParts = partsFor(blocks, n);
  const constants = { N: n, D: d, K: k, REG_COVAR: reg_covar, SUM_PARTS: sumParts, PRODUCT_PARTS: productParts };
  const bindings = ["x", "responsibilities", "weights", "means", "covariances", "totals", "sums", "products"];
  const passes = {
    sum_parts: sumParts * vectors,
    join_sums: k * d,
    product_parts: productParts * blocks,
    join_products: k * d * d,
  };
  return {
    // A vector of sums takes 4 numbers and the sum of the shares; a block of products takes 16.
    scratch: { totals: 4 * k, sums: 32 * sumParts * vectors, products: 64 * productParts * blocks },
    passes: passesOf({ code, constants, bindings }, WORKGROUP_SIZE, passes),
  };
};
