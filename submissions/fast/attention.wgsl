// An invocation takes a query, and four keys at a time: each element of the query is read once for four scores, and the
// sums in `out` are corrected (online softmax) and written once for four values.

override ROWS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;

// The score of masked keys: its exponential underflows to 0.
const HIDDEN = -3.0e38;

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
  let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);
  let scale = inverseSqrt(f32(DIM));

  for (var d = 0u; d < DIM; d++) {
    out[row * DIM + d] = 0.0;
  }
  var largest = HIDDEN;
  var total = 0.0;
  for (var first = 0u; first < visible; first += 4u) {
    // Indices past the last key read the last one, and get no weight.
    let keys = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(visible - 1u));
    let start = (head * KEYS + keys) * DIM;

    var scores = vec4f();
    for (var d = 0u; d < DIM; d++) {
      scores += q[row * DIM + d] * vec4f(k[start.x + d], k[start.y + d], k[start.z + d], k[start.w + d]);
    }
    let is_seen = first + vec4u(0u, 1u, 2u, 3u) < vec4u(visible);
    scores = select(vec4f(HIDDEN), scores * scale, is_seen);

    let larger = max(largest, max(max(scores.x, scores.y), max(scores.z, scores.w)));
    let correction = exp(largest - larger);
    let weights = select(vec4f(), exp(scores - larger), is_seen);
    largest = larger;
    total = total * correction + dot(weights, vec4f(1.0));
    for (var d = 0u; d < DIM; d++) {
      let values = vec4f(v[start.x + d], v[start.y + d], v[start.z + d], v[start.w + d]);
      out[row * DIM + d] = out[row * DIM + d] * correction + dot(weights, values);
    }
  }
  for (var d = 0u; d < DIM; d++) {
    out[row * DIM + d] /= total;
  }
}
