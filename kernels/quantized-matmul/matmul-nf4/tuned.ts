import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const TILE = 32;

/** Elements of `out` per workgroup of `vector`. */
const ELEMENTS = 8;

/** With fewer rows or columns, most of a tile would be idle. */
const SIZE_FOR_TILES = 24;

export const tuned: PlanFunction<"m" | "n" | "k", never> = ({ shape: { m, n, k }, device }) => {
  const workgroups = Math.ceil((m * n) / ELEMENTS);
  const isVector = Math.min(m, n) < SIZE_FOR_TILES && workgroups <= device.limits.maxComputeWorkgroupsPerDimension;
  return {
    passes: [
      {
        code,
        entryPoint: isVector ? "vector" : "tiled",
        constants: { M: m, N: n, K: k },
        bindings: ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"],
        workgroups: isVector ? [workgroups] : [Math.ceil(n / TILE), Math.ceil(m / TILE)],
      },
    ],
  };
};
