// A part of the cache on a CPU (`software-attend.wgsl`): an invocation takes PART positions of one key/value head, for up
// to four of the query heads that share it. Neighbours take neighbouring parts. tuned-join.wgsl joins the parts.

override BATCH: u32;
override Q_HEADS: u32;
override KV_HEADS: u32;
override CONTEXT: u32;
override PART: u32;

// tuned-join.wgsl divides.
const DIVIDES = false;

@group(0) @binding(4) var<storage, read> lengths: array<u32>;
// [BATCH, Q_HEADS, parts]: the largest score, and the sum of the weights relative to it.
@group(0) @binding(5) var<storage, read_write> weights_of_parts: array<vec2f>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u, own: Invocation) {
  let parts = (CONTEXT + PART - 1u) / PART;
  let heads = Q_HEADS / KV_HEADS;
  let quartets = (heads + 3u) / 4u;

  let index = (workgroup.y * workgroups.x + workgroup.x) * LANES + own.lane;
  let part = index % parts;
  let quartet = index / parts % quartets;
  let kv_head = index / parts / quartets;
  if (kv_head >= BATCH * KV_HEADS) {
    return;
  }
  let first = part * PART;
  let end = min(first + PART, lengths[kv_head / KV_HEADS]);
  if (first >= end) {
    return;
  }
  // Query heads of one sequence are contiguous: a key/value head's group begins here.
  let own_heads = 4u * quartet + vec4u(0, 1, 2, 3);
  let rows = kv_head * heads + min(own_heads, vec4u(heads - 1u));
  let present = own_heads < vec4u(heads);
  key_start = (kv_head * CONTEXT + first) * ROW;
  key_count = end - first;
  let softmax = attend(own, rows * ROW, (rows * parts + part) * ROW, present, vec4u(key_count), key_count);
  for (var r = 0u; r < 4u && own_heads[r] < heads; r++) {
    weights_of_parts[rows[r] * parts + part] = vec2f(softmax.maximum[r], softmax.sum[r]);
  }
}
