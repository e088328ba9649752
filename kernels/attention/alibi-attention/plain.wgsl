// One invocation per query reads each key once, with an online softmax (Milakov and Gimelshein, 2018). The weighted sum of
// values is accumulated in `out` itself.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // A row is a query of a head. Workgroups beyond the limit of one dimension continue in y.
  let row = id.x + id.y * groups.x * 64u;
  if (row >= HEADS * QUERIES) {
    return;
  }
  let start = row * DIM;
  let head = row / QUERIES;
  for (var d = 0u; d < DIM; d++) {
    out[start + d] = 0.0;
  }

  // not in the starter
  let slope = exp2(-8.0 * f32(head + 1u) / f32(HEADS));
  let visible = row % QUERIES + KEYS - QUERIES + 1u;

  var maximum = -1e30;
  var sum = 0.0;
  for (var key = 0u; key < visible; key++) {
    let key_start = (head * KEYS + key) * DIM;
    let distance = visible - 1u - key;
    var dot = 0.0;
    for (var d = 0u; d < DIM; d++) {
      dot += q[start + d] * k[key_start + d];
    }
    let score = dot / sqrt(f32(DIM)) - slope * f32(distance);

    let before = maximum;
    maximum = max(maximum, score);
    let rescale = exp(before - maximum);
    let weight = exp(score - maximum);
    sum = sum * rescale + weight;
    for (var d = 0u; d < DIM; d++) {
      out[start + d] = out[start + d] * rescale + weight * v[key_start + d];
    }
  }
  // instead: let sum = 1.0;

  for (var d = 0u; d < DIM; d++) {
    out[start + d] /= sum;
  }
}
