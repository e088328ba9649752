// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./quantize-int8.wgsl";

export default function plan({ shape: { rows, cols } }: PlanContext<"quantize-int8">): Plan<"quantize-int8"> {
  const across = Math.min(rows, 65_535);
  return {
    passes: [
      {
        code,
        constants: { ROWS: rows, COLS: cols },
        bindings: ["w", "scale", "dequantized"],
        workgroups: [across, Math.ceil(rows / across)],
      },
    ],
  };
}
