// Flash-Decoding (Dao and others, 2023): the cache is cut in parts of PART positions, and a workgroup takes one part of
// one key/value head, for up to four of the query heads that share it. tuned-join.wgsl joins the parts.

override BATCH: u32;
override Q_HEADS: u32;
override KV_HEADS: u32;
override CONTEXT: u32;
override PART: u32;

@group(0) @binding(3) var<storage, read> lengths: array<u32>;
// [BATCH, Q_HEADS, parts, DIM]: sums of weighted values, not yet divided by the sum of the weights.
@group(0) @binding(4) var<storage, read_write> values: array<f32>;
// [BATCH, Q_HEADS, parts]: the largest score, and the sum of the weights relative to it.
@group(0) @binding(5) var<storage, read_write> weights: array<vec2f>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let parts = (CONTEXT + PART - 1u) / PART;
  let heads = Q_HEADS / KV_HEADS;
  let quartets = (heads + 3u) / 4u;

  let index = group.y * groups.x + group.x;
  let part = index % parts;
  let quartet = index / parts % quartets;
  let kv_head = index / parts / quartets;
  if (kv_head >= BATCH * KV_HEADS) {
    return;
  }
  let begin = part * PART;
  let end = min(begin + PART, lengths[kv_head / KV_HEADS]);
  if (begin >= end) {
    return;
  }
  // Query heads of one sequence are contiguous: a key/value head's group begins here.
  let first_row = kv_head * heads + quartet * 4u;
  let rows = min(4u, heads - quartet * 4u);
  let count = end - begin;
  let own = attend(lane, first_row * DIM, rows, (kv_head * CONTEXT + begin) * DIM, count, vec4u(count));

  for (var row = 0u; row < rows; row++) {
    let at = (first_row + row) * parts + part;
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d < DIM) {
        values[at * DIM + d] = own.columns[column][row];
      }
    }
    if (lane == 0u) {
      weights[at] = vec2f(own.maximum[row], own.sum[row]);
    }
  }
}
