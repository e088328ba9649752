import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import inputs from "../../software/inputs.wgsl";
import linear from "../../software/linear.wgsl";
import { tiles, workgroupsOf } from "../../software/product.ts";
import { rowVectors, widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import squares from "../../software/step-of-squares.wgsl";
import labels from "./labels-software.wgsl";
import means from "./means-software.wgsl";

const LANES = 8;
/** Points whose sums are added up together, in at most this many parts. */
const LEAST_PART = 128;
const MOST_PARTS = 32;

/** Distances of tiles in registers, and sums of parts of the points: no barriers. */
export const software: PlanFunction<"n" | "d" | "k"> = ({ shape: { n, d, k }, device }) => {
  const width = widthFor(d);
  const point = d / width;
  const part = Math.max(LEAST_PART, Math.ceil(n / MOST_PARTS));
  const parts = Math.ceil(n / part);
  const constants = { N: n, K: k, PART: part, PARTS: parts, POINT: point };
  const rows = { read: { x: "INPUTS", w: "INPUTS" }, written: {} };
  const code = rowVectors({ read: {}, written: {} }, width) + means;
  const inAdd = ["x", "labels", "distances", "sums", "counts", "shares"];
  const inFinish = ["centroids", "centroids_out", "inertia", "sums", "counts", "shares"];
  return {
    scratch: { distances: 4 * n, sums: 4 * parts * k * d, counts: 4 * parts * k, shares: 4 * parts },
    passes: [
      {
        code: [tiles(rows, width, device, squares), inputs, linear, labels].join("\n"),
        constants: { ROWS: k, COLUMNS: n, INPUTS: d, INPUTS_ROW: point },
        bindings: ["centroids", "x", "labels", "distances"],
        workgroups: [workgroupsOf(n)],
      },
      ...passesOf({ code, constants, bindings: inAdd }, LANES, { add: parts * point }),
      ...passesOf({ code, constants, bindings: inFinish }, LANES, { finish: k * point }),
    ],
    requires: featuresFor(device),
  };
};
