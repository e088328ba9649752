import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"rows" | "classes", "smoothing"> = ({ shape, params }) => ({
  passes: [
    {
      code,
      constants: { ROWS: shape.rows, CLASSES: shape.classes, SMOOTHING: params.smoothing },
      bindings: ["logits", "targets", "loss"],
      workgroups: [Math.ceil(shape.rows / WORKGROUP_SIZE)],
    },
  ],
});
