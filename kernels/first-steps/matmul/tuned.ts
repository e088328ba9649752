import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { matrixPass } from "../../software/linear.ts";
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
  software: ({ shape: { m, n, k }, device }) => ({
    passes: [matrixPass({ rows: m, inputs: k, columns: n }, ["a", "b", "c"], device)],
    requires: featuresFor(device),
  }),
  hardware,
});
