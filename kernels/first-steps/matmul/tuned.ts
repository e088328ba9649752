import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import alongColumns from "../../software/along-columns.wgsl";
import unchanged from "../../software/finished-unchanged.wgsl";
import inputs from "../../software/inputs.wgsl";
import { productPass } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import code from "./tuned.wgsl";

/** From this many rows or columns on, larger tiles still leave work for every core. */
const SIZE_FOR_LARGE_TILES = 512;

const hardware: PlanFunction<"m" | "n" | "k", never> = ({ shape: { m, n, k } }) => {
  const side = Math.min(m, n) >= SIZE_FOR_LARGE_TILES ? 16 : 8;
  return {
    passes: [
      {
        code,
        constants: { M: m, N: n, K: k, SIDE: side },
        bindings: ["a", "b", "c"],
        workgroups: [Math.ceil(n / (4 * side)), Math.ceil(m / (4 * side))],
      },
    ],
  };
};

export const tuned = byDeviceKind({
  software({ shape: { m, n, k }, device }) {
    const width = widthFor(n, k);
    const module = {
      code: [inputs, alongColumns, unchanged].join("\n"),
      constants: { INPUTS: k, INPUTS_ROW: k / width, W_ROW: n / width },
      bindings: ["a", "b", "c"],
    };
    return {
      passes: [productPass(module, { x: "INPUTS", w: "COLUMNS" }, { rows: m, columns: n, width }, device)],
      requires: featuresFor(device),
    };
  },
  hardware,
});
