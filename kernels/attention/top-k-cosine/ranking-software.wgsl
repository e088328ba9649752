// The passes before and after the product of queries and documents. In `measure`, an invocation takes one document. In
// `rank`, it takes one query, and keeps the best documents so far in its part of the outputs, as in plain.wgsl.

override QUERIES: u32;
override DOCS: u32;
override DIM: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> docs: array<f32>;
@group(0) @binding(1) var<storage, read_write> inverse_norms: array<f32>;

@group(0) @binding(0) var<storage, read> queries: array<f32>;
@group(0) @binding(1) var<storage, read> similarities: array<f32>;
@group(0) @binding(2) var<storage, read_write> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(8)
fn measure(@builtin(global_invocation_id) id: vec3u) {
  let d = id.x;
  if (d >= DOCS) {
    return;
  }
  var squares = 0.0;
  for (var c = d * DIM; c < d * DIM + DIM; c++) {
    squares += docs[c] * docs[c];
  }
  inverse_norms[d] = inverseSqrt(squares);
}

@compute @workgroup_size(8)
fn rank(@builtin(global_invocation_id) id: vec3u) {
  let query = id.x;
  if (query >= QUERIES) {
    return;
  }
  var squares = 0.0;
  for (var c = query * DIM; c < query * DIM + DIM; c++) {
    squares += queries[c] * queries[c];
  }
  let inverse_norm = inverseSqrt(squares);

  let first = query * TOP_K;
  var kept = 0u;
  // The worst score that is kept, once there are TOP_K.
  var least = -2.0;
  for (var d = 0u; d < DOCS; d++) {
    let score = similarities[query * DOCS + d] * inverse_norm;
    if (kept == TOP_K) {
      if (score <= least) {
        continue;
      }
      kept--;
    }
    // Of equal scores, the earlier document stays ahead.
    var place = first + kept;
    while (place > first && scores[place - 1] < score) {
      scores[place] = scores[place - 1];
      indices[place] = indices[place - 1];
      place--;
    }
    scores[place] = score;
    indices[place] = d;
    kept++;
    least = scores[first + kept - 1];
  }
}
