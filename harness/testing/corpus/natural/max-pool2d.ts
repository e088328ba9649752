// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./max-pool2d.wgsl";

export default function plan({ shape, params: { stride } }: PlanContext<"max-pool2d">): Plan<"max-pool2d"> {
  const { batch, channels, height, width, kernel, oh, ow } = shape;
  const rows = batch * channels * oh;
  const across = Math.min(rows, 16_384);
  const constants = { ROWS: rows, HEIGHT: height, WIDTH: width, KERNEL: kernel, OH: oh, OW: ow, STRIDE: stride };
  return {
    passes: [{ code, constants, bindings: ["x", "y"], workgroups: [across, Math.ceil(rows / across)] }],
  };
}
