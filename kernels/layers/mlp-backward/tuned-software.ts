import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import alongColumns from "../../software/along-columns.wgsl";
import { linearPass, matrixPass } from "../../software/linear.ts";
import { productPass } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import activated from "./activated.wgsl";
import compared from "./compared.wgsl";
import gradients from "./gradients.wgsl";
import { groupsFor, type Names, scratchOf } from "./passes.ts";
import plain from "./plain.wgsl";
import propagated from "./propagated.wgsl";

/** All products by tiles in registers; biases and the loss as in the plain kernel. */
export const software: PlanFunction<Names, never> = ({ shape, device }) => {
  const { n, inputs, hidden, outputs } = shape;
  const activate = linearPass({ rows: n, inputs, outputs: hidden }, ["x", "w1", "b1", "hidden"], device, {
    code: activated,
    vectors: { b1: "COLUMNS" },
  });
  const compare = linearPass(
    { rows: n, inputs: hidden, outputs },
    ["hidden", "w2", "b2", "y", "output_errors"],
    device,
    {
      code: compared,
      vectors: { b2: "COLUMNS", y: "COLUMNS" },
    },
  );
  const propagate = matrixPass(
    { rows: n, inputs: outputs, columns: hidden },
    ["output_errors", "w2", "hidden", "hidden_errors"],
    device,
    { code: propagated, vectors: { hidden: "COLUMNS" } },
  );
  const layer = (number: 1 | 2, errors: string, features: string, units: number, count: number): Pass[] => {
    const featureWidth = widthFor(count);
    return [
      productPass(
        {
          code: [alongColumns, gradients].join("\n"),
          constants: { INPUTS: n, W_ROW: count / featureWidth, SCALE: 2 / (n * outputs) },
          bindings: [errors, features, `grad_w${number}`],
        },
        { w: "COLUMNS" },
        { rows: units, columns: count, width: featureWidth },
        device,
      ),
      {
        ...{ code: plain, entryPoint: "add_gradients" },
        // Of no features, only the biases' gradients are left.
        constants: { N: n, OUTPUTS: outputs, UNITS: units, FEATURES: 0 },
        bindings: [errors, features, `grad_w${number}`, `grad_b${number}`],
        workgroups: groupsFor(units, device),
      },
    ];
  };
  return {
    scratch: scratchOf(shape),
    passes: [
      activate,
      compare,
      propagate,
      ...layer(2, "output_errors", "hidden", outputs, hidden),
      ...layer(1, "hidden_errors", "x", hidden, inputs),
      {
        ...{ code: plain, entryPoint: "average", bindings: ["output_errors", "loss"] },
        constants: { N: n, OUTPUTS: outputs },
        workgroups: [1],
      },
    ],
    requires: featuresFor(device),
  };
};
