// One invocation takes one query. It keeps the best documents so far in its part of the outputs, in order, and inserts
// each that is better than the last of them.

override QUERIES: u32;
override DOCS: u32;
override DIM: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> queries: array<f32>;
@group(0) @binding(1) var<storage, read> docs: array<f32>;
@group(0) @binding(2) var<storage, read_write> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let query = id.x;
  if (query >= QUERIES) {
    return;
  }
  let start = query * DIM;
  var own_squares = 0.0;
  for (var c = 0u; c < DIM; c++) {
    let own = queries[start + c];
    own_squares += own * own;
  }
  let own_norm = sqrt(own_squares);

  let first = query * TOP_K;
  var kept = 0u;
  for (var d = 0u; d < DOCS; d++) {
    var product = 0.0;
    var squares = 0.0;
    for (var c = 0u; c < DIM; c++) {
      let element = docs[d * DIM + c];
      product += queries[start + c] * element;
      squares += element * element;
    }
    // not in the starter
    let score = product / (own_norm * sqrt(squares));
    // instead: let score = product;
    if (kept == TOP_K) {
      if (score <= scores[first + TOP_K - 1]) {
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
  }
}
