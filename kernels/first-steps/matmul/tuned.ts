import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { productPass, VECTOR } from "../../software/product.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import code from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

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
  software(context) {
    const { shape, device } = context;
    const { m, n, k } = shape;
    if (n % VECTOR > 0 || k % VECTOR > 0) return hardware(context);
    const module = {
      code: software,
      constants: { STEPS: k / VECTOR, QUARTETS: n / VECTOR },
      bindings: ["a", "b", "c"],
    };
    return { passes: [productPass(module, { rows: m, columns: n }, device)], requires: featuresFor(device) };
  },
  hardware,
});
