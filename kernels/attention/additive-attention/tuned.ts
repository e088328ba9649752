import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { DeviceContext, Pass, PlanFunction } from "../../../harness/task/plan.ts";
import type { Shape } from "../../../reference/oracle.ts";
import unchanged from "../../software/finished-unchanged.wgsl";
import inputs from "../../software/inputs.wgsl";
import { linearPass, matrixPass } from "../../software/linear.ts";
import { productPass } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import { groupsFor, type Names, projections, scratchOf } from "./plain.ts";
import scores from "./scores-software.wgsl";
import softmax from "./softmax.wgsl";
import code from "./tuned.wgsl";

/** Scores become `weights`, in place. */
const softmaxPass = ({ queries, keys }: Shape<Names>, device: DeviceContext): Pass => ({
  code: softmax,
  constants: { QUERIES: queries, KEYS: keys },
  bindings: ["weights"],
  workgroups: groupsFor(queries, device),
});

const hardware: PlanFunction<Names, never> = ({ shape, device }) => {
  const { queries, keys, key_dim, hidden } = shape;
  const module = {
    code,
    constants: { QUERIES: queries, KEYS: keys, KEY_DIM: key_dim, HIDDEN: hidden },
    bindings: ["from_queries", "from_keys", "v", "weights", "k", "context"],
  };
  return {
    scratch: scratchOf(shape),
    passes: [
      ...projections(shape, device),
      { ...module, entryPoint: "scores", workgroups: groupsFor(queries * keys, device) },
      softmaxPass(shape, device),
      { ...module, entryPoint: "means", workgroups: groupsFor(queries * key_dim, device) },
    ],
  };
};

export const tuned = byDeviceKind<Names, never>({
  software({ shape, device }) {
    const { queries, keys, query_dim, key_dim, hidden } = shape;
    const project = (rows: number, inputs: number, bindings: readonly string[]) =>
      linearPass({ rows, inputs, outputs: hidden }, bindings, device);
    const width = widthFor(keys, hidden);
    const ofScores = {
      code: [inputs, scores, unchanged].join("\n"),
      constants: { INPUTS: hidden, INPUTS_ROW: hidden / width },
      bindings: ["from_queries", "from_keys", "v", "weights"],
    };
    const vectors = { x: "INPUTS", w: "INPUTS", v: "INPUTS" };
    return {
      scratch: scratchOf(shape),
      passes: [
        project(queries, query_dim, ["q", "w_q", "from_queries"]),
        project(keys, key_dim, ["k", "w_k", "from_keys"]),
        productPass(ofScores, vectors, { rows: queries, columns: keys, width }, device, ""),
        softmaxPass(shape, device),
        matrixPass({ rows: queries, inputs: keys, columns: key_dim }, ["weights", "k", "context"], device),
      ],
      requires: featuresFor(device),
    };
  },
  hardware,
});
