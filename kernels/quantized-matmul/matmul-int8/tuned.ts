import type { PlanFunction } from "../../../harness/submission/plan.ts";
import code from "./tuned.wgsl";

const TILE = 32;

/** With fewer rows most of a tile would be idle; with fewer bytes in a row, most of the lanes that share one. */
const ROWS_FOR_TILES = 8;
const BYTES_FOR_LANES = 256;

export const tuned: PlanFunction<"m" | "n" | "k", never> = ({ shape: { m, n, k }, device }) => {
  const isVector = m < ROWS_FOR_TILES && k >= BYTES_FOR_LANES;
  const across = Math.min(m * n, device.limits.maxComputeWorkgroupsPerDimension!);
  return {
    passes: [
      {
        code,
        entryPoint: isVector ? "vector" : "tiled",
        constants: { M: m, N: n, K: k },
        bindings: ["a", "b", "a_scale", "b_scale", "out"],
        workgroups: isVector ? [across, Math.ceil((m * n) / across)] : [Math.ceil(n / TILE), Math.ceil(m / TILE)],
      },
    ],
  };
};
