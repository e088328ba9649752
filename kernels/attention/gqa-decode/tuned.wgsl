// Flash-Decoding (Dao and others, 2023): the cache is cut in parts of PART positions, and a workgroup takes one part of
// one key/value head, for up to four of the query heads that share it: they are the components of a vec4f, so that
// every key and value is read once for the four. It walks through its part in tiles of one position per lane:
// first each lane has the scores of one position, then each lane has the sums of some columns of the values.
// tuned-join.wgsl joins the parts.

override BATCH: u32;
override Q_HEADS: u32;
override KV_HEADS: u32;
override CONTEXT: u32;
override DIM: u32;
override PART: u32;
override LANES: u32;

// Most columns of the values per lane: enough for DIM = 256 with 64 lanes.
const COLUMNS = 4u;

// Below every score, yet finite.
const LOWEST = vec4f(-1e38);

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k_cache: array<f32>;
@group(0) @binding(2) var<storage, read> v_cache: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<u32>;
// [BATCH, Q_HEADS, parts, DIM]: sums of weighted values, not yet divided by the sum of the weights.
@group(0) @binding(4) var<storage, read_write> values: array<f32>;
// [BATCH, Q_HEADS, parts]: the largest score, and the sum of the weights relative to it.
@group(0) @binding(5) var<storage, read_write> weights: array<vec2f>;

var<workgroup> queries: array<vec4f, DIM>;
var<workgroup> tile: array<vec4f, LANES>;

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

  let scale = inverseSqrt(f32(DIM));
  for (var d = lane; d < DIM; d += LANES) {
    var query = vec4f();
    for (var row = 0u; row < rows; row++) {
      query[row] = q[(first_row + row) * DIM + d] * scale;
    }
    queries[d] = query;
  }
  workgroupBarrier();

  var maximum = LOWEST;
  var sum = vec4f();
  var columns: array<vec4f, COLUMNS>;
  for (var start = begin; start < end; start += LANES) {
    let count = min(LANES, end - start);
    let cache_start = (kv_head * CONTEXT + start) * DIM;

    var score = LOWEST;
    if (lane < count) {
      score = vec4f();
      for (var d = 0u; d < DIM; d++) {
        score += queries[d] * k_cache[cache_start + lane * DIM + d];
      }
    }
    tile[lane] = score;
    workgroupBarrier();
    var higher = maximum;
    for (var position = 0u; position < count; position++) {
      higher = max(higher, tile[position]);
    }
    workgroupBarrier();
    tile[lane] = exp(score - higher);
    let rescale = exp(maximum - higher);
    maximum = higher;
    workgroupBarrier();

    sum *= rescale;
    for (var position = 0u; position < count; position++) {
      sum += tile[position];
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d >= DIM) {
        break;
      }
      var total = columns[column] * rescale;
      for (var position = 0u; position < count; position++) {
        total += tile[position] * v_cache[cache_start + position * DIM + d];
      }
      columns[column] = total;
    }
    workgroupBarrier();
  }

  for (var row = 0u; row < rows; row++) {
    let at = (first_row + row) * parts + part;
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d < DIM) {
        values[at * DIM + d] = columns[column][row];
      }
    }
    if (lane == 0u) {
      weights[at] = vec2f(maximum[row], sum[row]);
    }
  }
}
