override ROWS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) {
    return;
  }
  let head = row / QUERIES;
  let query = row % QUERIES;
  // The mask is aligned at the bottom right: the last query sees every key.
  let visible = select(KEYS, query + KEYS - QUERIES + 1u, CAUSAL);

  // out accumulates the values, each times the exponential of its score, until the total is known.
  for (var d = 0u; d < DIM; d++) {
    out[row * DIM + d] = 0.0;
  }
  var largest = -3.0e38;
  var total = 0.0;
  for (var j = 0u; j < visible; j++) {
    let key = (head * KEYS + j) * DIM;
    var score = 0.0;
    for (var d = 0u; d < DIM; d++) {
      score += q[row * DIM + d] * k[key + d];
    }
    score /= sqrt(f32(DIM));

    let larger = max(largest, score);
    let correction = exp(largest - larger);
    let weight = exp(score - larger);
    largest = larger;
    total = total * correction + weight;
    for (var d = 0u; d < DIM; d++) {
      out[row * DIM + d] = out[row * DIM + d] * correction + weight * v[key + d];
    }
  }
  for (var d = 0u; d < DIM; d++) {
    out[row * DIM + d] /= total;
  }
}
