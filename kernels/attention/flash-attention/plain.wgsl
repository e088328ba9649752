// One invocation per query reads each key once, with an online softmax (Milakov and Gimelshein, 2018). When a key
// raises the maximum, the sum of weights and the weighted sum of values, accumulated in `out` itself, are rescaled.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// not in the starter
fn score(query_start: u32, key_start: u32) -> f32 {
  var dot = 0.0;
  for (var d = 0u; d < DIM; d++) {
    dot += q[query_start + d] * k[key_start + d];
  }
  return dot / sqrt(f32(DIM));
}
// instead: // A function for the score of a query and a key belongs here.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // A row is a query of a head. Workgroups fill x first, then y.
  let row = id.y * groups.x * 64u + id.x;
  if (row >= HEADS * QUERIES) {
    return;
  }
  let start = row * DIM;
  let head_start = row / QUERIES * KEYS * DIM;
  // not in the starter
  let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);

  // The first key: its weight is exp(0).
  var maximum = score(start, head_start);
  var sum = 1.0;
  for (var d = 0u; d < DIM; d++) {
    out[start + d] = v[head_start + d];
  }

  for (var key = 1u; key < visible; key++) {
    let key_start = head_start + key * DIM;
    let own = score(start, key_start);
    let before = maximum;
    maximum = max(maximum, own);
    let rescale = exp(before - maximum);
    let weight = exp(own - maximum);
    sum = sum * rescale + weight;
    for (var d = 0u; d < DIM; d++) {
      out[start + d] = out[start + d] * rescale + weight * v[key_start + d];
    }
  }

  for (var d = 0u; d < DIM; d++) {
    out[start + d] /= sum;
  }
  // instead: for (var d = 0u; d < DIM; d++) { out[start + d] = v[head_start + d]; }
}
