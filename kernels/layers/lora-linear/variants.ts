import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";

type Names = "tokens" | "inputs" | "outputs" | "rank";

/** Merges the update into each weight on the way, without storing it. */
const mergedOnTheWay: PlanFunction<Names, "alpha"> = ({ shape, params, device }) => {
  const { tokens, inputs, outputs, rank } = shape;
  const code = `
override TOKENS: u32;
override INPUTS: u32;
override OUTPUTS: u32;
override RANK: u32;
override SCALE: f32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> lora_a: array<f32>;
@group(0) @binding(3) var<storage, read> lora_b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  if (index >= TOKENS * OUTPUTS) { return; }
  let token = index / OUTPUTS;
  let o = index % OUTPUTS;
  var sum = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    var weight = 0.0;
    for (var r = 0u; r < RANK; r++) { weight += lora_b[o * RANK + r] * lora_a[r * INPUTS + i]; }
    sum += x[token * INPUTS + i] * (w[o * INPUTS + i] + SCALE * weight);
  }
  y[index] = sum;
}`;
  const scale = Math.fround(params.alpha / rank);
  return {
    passes: [
      {
        code,
        constants: { TOKENS: tokens, INPUTS: inputs, OUTPUTS: outputs, RANK: rank, SCALE: scale },
        bindings: ["x", "w", "lora_a", "lora_b", "y"],
        workgroups: spread(Math.ceil((tokens * outputs) / 64), device),
      },
    ],
  };
};

export const variants: WrittenVariants<Names, "alpha"> = {
  honest: [{ name: "merged on the way", ownSkeleton: true, plan: mergedOnTheWay }],
};
