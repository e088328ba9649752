// Expected verdict: accepted
import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./softmax.wgsl";

const LANES = 64;
/** With fewer elements than this, a lane spends more time in barriers than in computing. */
const ELEMENTS_PER_LANE = 4;

export default function plan({ shape, device }: PlanContext<"softmax">): Plan {
  // A power of two, so that the tree halves it down to one: 1 for short rows, 64 from 256 columns on.
  let lanesPerRow = 1;
  while (lanesPerRow < LANES && lanesPerRow * ELEMENTS_PER_LANE < shape.cols) lanesPerRow *= 2;
  const workgroups = ceilDiv(shape.rows * lanesPerRow, LANES);
  const across = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols, LANES_PER_ROW: lanesPerRow },
        bindings: ["x", "y"],
        workgroups: [across, ceilDiv(workgroups, across)],
      },
    ],
  };
}
