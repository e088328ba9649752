// Expected verdict: unsupported
// Requires half precision without checking `device.features`.

import type { Plan, PlanContext } from "kernelmark";

const code = `
enable f16;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(1)
fn main() {
  y[0] = f32(f16(x[0]));
}`;

export default function plan(_: PlanContext<"softmax">): Plan<"softmax"> {
  return {
    requires: ["shader-f16"],
    passes: [{ code, bindings: ["x", "y"], workgroups: [1] }],
  };
}
