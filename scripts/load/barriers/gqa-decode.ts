import type { Plan, PlanContext } from "kernelmark";

const code = `
override BATCH: u32; override Q_HEADS: u32; override KV_HEADS: u32; override CONTEXT: u32; override DIM: u32;
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k_cache: array<f32>;
@group(0) @binding(2) var<storage, read> v_cache: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
var<workgroup> part: array<f32, 256>;
var<workgroup> weights: array<f32, 256>;
fn dotted(qs: u32, ks: u32) -> f32 { var s = 0.0; for (var d = 0u; d < DIM; d++) { s += q[qs + d] * k_cache[ks + d]; } return s / sqrt(f32(DIM)); }
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x + group.y * groups.x;
  if (row >= BATCH * Q_HEADS) { return; }
  let b = row / Q_HEADS; let h = row % Q_HEADS;
  let g = h / (Q_HEADS / KV_HEADS);
  let n = lengths[b];
  let cache = (b * KV_HEADS + g) * CONTEXT * DIM;
  var highest = -3.4e38;
  for (var j = lane; j < n; j += 256) { highest = max(highest, dotted(row * DIM, cache + j * DIM)); }
  part[lane] = highest;
  workgroupBarrier();
  for (var s = 128u; s > 0; s >>= 1) { if (lane < s) { part[lane] = max(part[lane], part[lane + s]); } workgroupBarrier(); }
  let maximum = part[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var j = lane; j < n; j += 256) { sum += exp(dotted(row * DIM, cache + j * DIM) - maximum); }
  part[lane] = sum;
  workgroupBarrier();
  for (var s = 128u; s > 0; s >>= 1) { if (lane < s) { part[lane] = part[lane] + part[lane + s]; } workgroupBarrier(); }
  let total = part[0];
  var acc = 0.0;
  for (var first = 0u; first < CONTEXT; first += 256) {
    workgroupBarrier();
    if (first + lane < n) { weights[lane] = exp(dotted(row * DIM, cache + (first + lane) * DIM) - maximum) / total; }
    workgroupBarrier();
    if (lane < DIM) { for (var j = first; j < min(first + 256, n); j++) { acc += weights[j - first] * v_cache[cache + j * DIM + lane]; } }
  }
  if (lane < DIM) { out[row * DIM + lane] = acc; }
}`;
export default function plan({ shape, device }: PlanContext<"gqa-decode">): Plan<"gqa-decode"> {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const rows = batch * q_heads;
  const across = Math.min(rows, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim },
        bindings: ["q", "k_cache", "v_cache", "lengths", "out"],
        workgroups: [across, Math.ceil(rows / across)],
      },
    ],
  };
}
