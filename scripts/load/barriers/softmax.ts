import type { Plan, PlanContext } from "kernelmark";

const code = `
override ROWS: u32; override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> part: array<f32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) { return; }
  let start = row * COLS;
  var highest = x[start];
  for (var c = lane; c < COLS; c += 256) { highest = max(highest, x[start + c]); }
  part[lane] = highest;
  workgroupBarrier();
  for (var s = 128u; s > 0; s >>= 1) { if (lane < s) { part[lane] = max(part[lane], part[lane + s]); } workgroupBarrier(); }
  let maximum = part[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var c = lane; c < COLS; c += 256) { sum += exp(x[start + c] - maximum); }
  part[lane] = sum;
  workgroupBarrier();
  for (var s = 128u; s > 0; s >>= 1) { if (lane < s) { part[lane] = part[lane] + part[lane + s]; } workgroupBarrier(); }
  let total = part[0];
  for (var c = lane; c < COLS; c += 256) { y[start + c] = exp(x[start + c] - maximum) / total; }
}`;
export default function plan({ shape, device }: PlanContext<"softmax">): Plan<"softmax"> {
  const across = Math.min(shape.rows, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols },
        bindings: ["x", "y"],
        workgroups: [across, Math.ceil(shape.rows / across)],
      },
    ],
  };
}
