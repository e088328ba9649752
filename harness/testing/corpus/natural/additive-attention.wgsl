// A workgroup takes a query. The scores lie in `weights` until all are known.
override QUERIES: u32;
override KEYS: u32;
override KEY_DIM: u32;
override HIDDEN: u32;

const LANES = 32u;

@group(0) @binding(0) var<storage, read> q_units: array<f32>;
@group(0) @binding(1) var<storage, read> k_units: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read> k: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> context: array<f32>;

var<workgroup> parts: array<f32, LANES>;

// By exp(-2|x|), which does not overflow; near zero by the series.
fn tanh_of(x: f32) -> f32 {
  let magnitude = abs(x);
  if (magnitude < 0.02) {
    return x * (1.0 - x * x / 3.0);
  }
  let e = exp(-2.0 * magnitude);
  return sign(x) * (1.0 - e) / (1.0 + e);
}

@compute @workgroup_size(LANES)
fn attend(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let query = group.y * groups.x + group.x;
  if (query >= QUERIES) {
    return;
  }
  let first = query * KEYS;
  var own = -1.0e30;
  for (var key = lane; key < KEYS; key += LANES) {
    var score = 0.0;
    for (var u = 0u; u < HIDDEN; u++) {
      score += v[u] * tanh_of(q_units[query * HIDDEN + u] + k_units[key * HIDDEN + u]);
    }
    weights[first + key] = score;
    own = max(own, score);
  }
  parts[lane] = own;
  workgroupBarrier();
  var maximum = parts[0];
  for (var part = 1u; part < LANES; part++) {
    maximum = max(maximum, parts[part]);
  }
  workgroupBarrier();
  own = 0.0;
  for (var key = lane; key < KEYS; key += LANES) {
    own += exp(weights[first + key] - maximum);
  }
  parts[lane] = own;
  workgroupBarrier();
  var sum = 0.0;
  for (var part = 0u; part < LANES; part++) {
    sum += parts[part];
  }
  for (var key = lane; key < KEYS; key += LANES) {
    weights[first + key] = exp(weights[first + key] - maximum) / sum;
  }
  storageBarrier();
  for (var e = lane; e < KEY_DIM; e += LANES) {
    var mean = 0.0;
    for (var key = 0u; key < KEYS; key++) {
      mean += weights[first + key] * k[key * KEY_DIM + e];
    }
    context[query * KEY_DIM + e] = mean;
  }
}
