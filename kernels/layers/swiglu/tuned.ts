import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import unchanged from "../../software/finished-unchanged.wgsl";
import inputs from "../../software/inputs.wgsl";
import { linearPass } from "../../software/linear.ts";
import { productPass } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import code from "./tuned.wgsl";
import activate from "./tuned-software.wgsl";

/** Tokens, and outputs, of an invocation. */
const QUARTET = 4;
/** Smaller problems use smaller tiles, to have enough workgroups for every core. */
const SIZE_FOR_LARGE_TILES = 64;

const hardware: PlanFunction<"tokens" | "model" | "hidden", never> = ({ shape }) => {
  const { tokens, model, hidden } = shape;
  const side = Math.min(tokens, hidden) >= SIZE_FOR_LARGE_TILES ? 8 : 4;
  const constants = { TOKENS: tokens, MODEL: model, HIDDEN: hidden, SIDE: side };
  const tiles = (size: number) => Math.ceil(size / QUARTET / side);
  return {
    scratch: { activations: 4 * tokens * hidden },
    passes: [
      {
        code,
        entryPoint: "activate",
        constants,
        bindings: ["x", "w_gate", "w_up", "activations"],
        workgroups: [tiles(hidden), tiles(tokens)],
      },
      {
        code,
        entryPoint: "project",
        constants,
        bindings: ["activations", "w_down", "out"],
        workgroups: [tiles(model), tiles(tokens)],
      },
    ],
  };
};

export const tuned = byDeviceKind({
  software({ shape: { tokens, model, hidden }, device }) {
    const width = widthFor(model, hidden);
    const gated = {
      code: [inputs, activate, unchanged].join("\n"),
      constants: { INPUTS: model, INPUTS_ROW: model / width },
      bindings: ["x", "w_gate", "w_up", "activations"],
    };
    const vectors = { x: "INPUTS", gate: "INPUTS", up: "INPUTS" };
    return {
      scratch: { activations: 4 * tokens * hidden },
      passes: [
        productPass(gated, vectors, { rows: tokens, columns: hidden, width }, device),
        linearPass({ rows: tokens, inputs: hidden, outputs: model }, ["activations", "w_down", "out"], device),
      ],
      requires: featuresFor(device),
    };
  },
  hardware,
});
