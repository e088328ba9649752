import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { linearPass } from "../../software/linear.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import code from "./tuned.wgsl";
import scaled from "./tuned-reduce.wgsl";
import project from "./tuned-software.wgsl";

/** Elements of a workgroup of `reduce`. */
const ELEMENTS = 8;
/** Tokens, and outputs, of an invocation of `project`. */
const QUARTET = 4;
/** Smaller problems use smaller tiles, to have enough workgroups for every core. */
const SIZE_FOR_LARGE_TILES = 64;

const hardware: PlanFunction<"tokens" | "inputs" | "outputs" | "rank", "alpha"> = ({ shape, params, device }) => {
  const { tokens, inputs, outputs, rank } = shape;
  const side = Math.min(tokens, outputs) >= SIZE_FOR_LARGE_TILES ? 8 : 4;
  const tiles = (size: number) => Math.ceil(size / QUARTET / side);
  const sizes = { TOKENS: tokens, INPUTS: inputs, RANK: rank };
  return {
    scratch: { low: 4 * tokens * rank },
    passes: [
      {
        code,
        entryPoint: "reduce",
        constants: { ...sizes, ALPHA: params.alpha },
        bindings: ["x", "lora_a", "low"],
        workgroups: spread(Math.ceil((tokens * rank) / ELEMENTS), device),
      },
      {
        code,
        entryPoint: "project",
        constants: { ...sizes, OUTPUTS: outputs, SIDE: side },
        bindings: ["x", "w", "lora_b", "low", "y"],
        workgroups: [tiles(outputs), tiles(tokens)],
      },
    ],
  };
};

export const tuned = byDeviceKind({
  software({ shape: { tokens, inputs, outputs, rank }, params, device }) {
    const width = widthFor(inputs, outputs, rank);
    const reduced = { width, code: scaled, constants: { FACTOR: params.alpha / rank } };
    const updated = {
      ...{ width, code: project, constants: { RANK: rank, RANK_ROW: rank / width } },
      vectors: { lora_b: "RANK", low: "RANK" },
    };
    return {
      scratch: { low: 4 * tokens * rank },
      passes: [
        linearPass({ rows: tokens, inputs, outputs: rank }, ["x", "lora_a", "low"], device, reduced),
        linearPass({ rows: tokens, inputs, outputs }, ["x", "w", "lora_b", "low", "y"], device, updated),
      ],
      requires: featuresFor(device),
    };
  },
  hardware,
});
