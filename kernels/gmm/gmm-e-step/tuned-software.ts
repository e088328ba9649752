import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import linear from "../../software/linear.wgsl";
import { tiles, workgroupsOf } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import products from "../../software/step-of-products.wgsl";
import components from "./components-software.wgsl";
import densities from "./densities-software.wgsl";

const LANES = 8;

/** Densities by tiles in registers: no barriers. */
export const software: PlanFunction<MixtureShape, never> = ({ shape: { n, d, k }, device }) => {
  const width = widthFor(d);
  const rows = { read: { factors: "INPUTS", w: "INPUTS" }, written: {} };
  const ofComponents = {
    code: components,
    constants: { D: d, K: k },
    bindings: ["weights", "means", "precision_cholesky", "factors", "projected_means", "constants"],
  };
  return {
    scratch: { factors: 4 * k * d * d, projected_means: 4 * k * d, constants: 4 * k },
    passes: [
      ...passesOf(ofComponents, LANES, { project: k * d, weigh: k }),
      {
        code: [tiles(rows, width, device, products), linear, densities].join("\n"),
        constants: { ROWS: d, COLUMNS: n, INPUTS: d, INPUTS_ROW: d / width, K: k },
        bindings: ["factors", "x", "projected_means", "constants", "responsibilities", "log_likelihood"],
        workgroups: [workgroupsOf(n)],
      },
    ],
    requires: featuresFor(device),
  };
};
