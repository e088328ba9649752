import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Shape } from "../../../reference/oracle.ts";
import unchanged from "../../software/finished-unchanged.wgsl";
import { linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import { softwareProduct } from "../software.ts";
import nibbles from "../software-nibbles.wgsl";
import code from "./tuned-software.wgsl";
import unpack from "./unpack.wgsl";

export const BINDINGS = ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"];

/** Rows of `a` from which unpacking all weights once is faster. */
const ROWS_TO_UNPACK_FOR = 16;
const UNPACK_SIZE = 64;

/** Bytes that a plan of matmul-nf4 may use between passes. */
export function scratchLimitBytes({ m, n, k }: Shape<"m" | "n" | "k">): number {
  return 64 * m * n + 8 * m * k + (4 * n * k) / 64;
}

const byTile = softwareProduct([nibbles, code, unchanged].join("\n"), BINDINGS);

/** On a software adapter, weights are unpacked for each tile, or before the product if that pays and fits. */
export const software: PlanFunction<"m" | "n" | "k", never> = (context) => {
  const { shape, device } = context;
  const { m, n, k } = shape;
  const weightBytes = 4 * n * k;
  if (m < ROWS_TO_UNPACK_FOR || weightBytes > scratchLimitBytes(shape)) return byTile(context);
  const words = (n * k) / 8;
  return {
    passes: [
      {
        code: [code, unpack].join("\n"),
        constants: { K: k, WORDS: words },
        bindings: [...BINDINGS.slice(0, -1), "weights"],
        workgroups: spread(Math.ceil(words / UNPACK_SIZE), device),
      },
      linearPass({ rows: m, inputs: k, outputs: n }, ["a", "weights", "out"], device),
    ],
    scratch: { weights: weightBytes },
    requires: featuresFor(device),
  };
};
