// Expected verdict: memory-limit
// Asks for 1 GiB of scratch for a task that allows a few bytes per row.

import type { Plan, PlanContext } from "kernelmark";

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> notes: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(1)
fn main() {
  notes[0] = x[0];
  y[0] = notes[0];
}`;

export default function plan(_: PlanContext<"softmax">): Plan<"softmax", "notes"> {
  return {
    scratch: { notes: 1 << 30 },
    passes: [{ code, bindings: ["x", "notes", "y"], workgroups: [1] }],
  };
}
