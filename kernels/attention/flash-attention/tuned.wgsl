// FlashAttention's loop (Dao, 2023): a workgroup of 64 takes 8 queries of a head, and walks through the keys in tiles of
// 32 with one step of the online softmax per tile.
//
// - Scores: an invocation takes one key and 4 of the queries, so a workgroup reads a key twice, not 8 times.
// - Softmax: 8 invocations share a query. Each adds up the weights of its own keys; their sums are combined at the end.
// - Values: an invocation takes elements lane, lane + 64, … of dim, for all 8 queries, in registers. Neighbours read
//   neighbouring elements of a value, and each value is read once.
//
// Only weights and the queries' running numbers are in workgroup memory. Keys past the last query's are skipped.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;

const LANES = 64u;
const TOGETHER = 8u;
const TILE = 32u;
const HIDDEN = -1.0e30;
// Most elements of dim per invocation: dim is at most 256.
const STRIPES = 4u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// For each key of the tile, its scores, and then its weights, for queries 0 to 3 and for queries 4 to 7.
var<workgroup> weights: array<array<vec4f, 2>, TILE>;
// Maxima, and in the end sums, of each invocation's keys.
var<workgroup> partials: array<f32, LANES>;
// For each query: the largest score so far, and the factor by which this tile rescales the earlier sums.
var<workgroup> maxima: array<f32, TOGETHER>;
var<workgroup> rescales: array<f32, TOGETHER>;

fn visible(query: u32) -> u32 {
  return select(KEYS, query + KEYS - QUERIES + 1u, CAUSAL);
}

// x: groups of 8 queries, y: heads.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = group.y;
  let first_query = group.x * TOGETHER;
  let last_query = min(first_query + TOGETHER, QUERIES) - 1u;
  let key_end = visible(last_query);
  let scale = inverseSqrt(f32(DIM));

  // The query that this invocation shares with 7 others in the softmax.
  let own = lane / 8u;
  let share = lane % 8u;
  var maximum = HIDDEN;
  var sum = 0.0;

  var low: array<vec4f, STRIPES>;
  var high: array<vec4f, STRIPES>;

  for (var tile = 0u; tile < key_end; tile += TILE) {
    let half = lane / TILE;
    let key = tile + lane % TILE;
    var dots = vec4f();
    if (key < KEYS) {
      // Queries past the last one repeat it; their results are never written.
      let q0 = (head * QUERIES + min(first_query + half * 4u, last_query)) * DIM;
      let q1 = (head * QUERIES + min(first_query + half * 4u + 1u, last_query)) * DIM;
      let q2 = (head * QUERIES + min(first_query + half * 4u + 2u, last_query)) * DIM;
      let q3 = (head * QUERIES + min(first_query + half * 4u + 3u, last_query)) * DIM;
      let key_start = (head * KEYS + key) * DIM;
      for (var d = 0u; d < DIM; d++) {
        dots += vec4f(q[q0 + d], q[q1 + d], q[q2 + d], q[q3 + d]) * k[key_start + d];
      }
    }
    let queries = vec4u(first_query + half * 4u) + vec4u(0u, 1u, 2u, 3u);
    let ends = min(vec4u(KEYS), select(vec4u(KEYS), queries + (KEYS - QUERIES + 1u), vec4<bool>(CAUSAL)));
    weights[lane % TILE][half] = select(vec4f(HIDDEN), dots * scale, vec4u(key) < ends);
    workgroupBarrier();

    var highest = HIDDEN;
    for (var j = share; j < TILE; j += 8u) {
      highest = max(highest, weights[j][own / 4u][own % 4u]);
    }
    partials[lane] = highest;
    workgroupBarrier();
    let before = maximum;
    for (var other = own * 8u; other < own * 8u + 8u; other++) {
      maximum = max(maximum, partials[other]);
    }
    if (share == 0u) {
      rescales[own] = exp(before - maximum);
      maxima[own] = maximum;
    }
    workgroupBarrier();

    let first = half * 4u;
    let shifts = vec4f(maxima[first], maxima[first + 1u], maxima[first + 2u], maxima[first + 3u]);
    weights[lane % TILE][half] = exp(weights[lane % TILE][half] - shifts);
    workgroupBarrier();

    sum *= rescales[own];
    for (var j = share; j < TILE; j += 8u) {
      sum += weights[j][own / 4u][own % 4u];
    }

    let shrink_low = vec4f(rescales[0], rescales[1], rescales[2], rescales[3]);
    let shrink_high = vec4f(rescales[4], rescales[5], rescales[6], rescales[7]);
    let count = min(TILE, KEYS - tile);
    for (var stripe = 0u; stripe < STRIPES; stripe++) {
      let d = stripe * LANES + lane;
      if (d < DIM) {
        low[stripe] *= shrink_low;
        high[stripe] *= shrink_high;
        for (var j = 0u; j < count; j++) {
          let value = v[(head * KEYS + tile + j) * DIM + d];
          low[stripe] += weights[j][0] * value;
          high[stripe] += weights[j][1] * value;
        }
      }
    }
    workgroupBarrier();
  }

  partials[lane] = sum;
  workgroupBarrier();
  for (var i = 0u; first_query + i <= last_query; i++) {
    var whole = 0.0;
    for (var other = i * 8u; other < i * 8u + 8u; other++) {
      whole += partials[other];
    }
    for (var stripe = 0u; stripe < STRIPES; stripe++) {
      let d = stripe * LANES + lane;
      if (d < DIM) {
        let total = select(high[stripe][i % 4u], low[stripe][i % 4u], i < 4u);
        out[(head * QUERIES + first_query + i) * DIM + d] = total / whole;
      }
    }
  }
}
