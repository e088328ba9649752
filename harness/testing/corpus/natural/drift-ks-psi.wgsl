override REFERENCE: u32;
override CURRENT: u32;
override BINS: u32;
override LEAST: f32 = 0;

@group(0) @binding(0) var<storage, read> reference: array<f32>;
@group(0) @binding(1) var<storage, read> current: array<f32>;
@group(0) @binding(2) var<storage, read> edges: array<f32>;
// Of each bin, the samples of the reference and the current ones.
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
// The bits of a positive f32 are in the order of its value.
@group(0) @binding(4) var<storage, read_write> furthest: atomic<u32>;

@compute @workgroup_size(64)
fn each_sample(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= REFERENCE + CURRENT) {
    return;
  }
  let is_current = id.x >= REFERENCE;
  var x: f32;
  if (is_current) {
    x = current[id.x - REFERENCE];
  } else {
    x = reference[id.x];
  }

  var f = 0u;
  for (var k = 0u; k < REFERENCE; k++) {
    f += u32(reference[k] <= x);
  }
  var g = 0u;
  for (var k = 0u; k < CURRENT; k++) {
    g += u32(current[k] <= x);
  }
  let distance = abs(f32(f) / f32(REFERENCE) - f32(g) / f32(CURRENT));
  atomicMax(&furthest, bitcast<u32>(distance));

  // The bin is the number of edges that are not above the sample.
  var low = 0u;
  var high = BINS - 1;
  while (low < high) {
    let middle = (low + high) / 2;
    if (edges[middle] <= x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  atomicAdd(&counts[2 * low + u32(is_current)], 1);
}

@group(0) @binding(0) var<storage, read> counted: array<vec2u>;
@group(0) @binding(1) var<storage, read> greatest: f32;
@group(0) @binding(2) var<storage, read_write> ks: array<f32>;
@group(0) @binding(3) var<storage, read_write> psi: array<f32>;

const LANES = 256u;
var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn statistics(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var b = lane; b < BINS; b += LANES) {
    let shares = max(vec2f(counted[b]) / vec2f(f32(REFERENCE), f32(CURRENT)), vec2f(LEAST));
    sum += (shares.y - shares.x) * log(shares.y / shares.x);
  }
  sums[lane] = sum;
  for (var half = LANES / 2; half >= 1; half /= 2) {
    workgroupBarrier();
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
  }
  if (lane == 0) {
    ks[0] = greatest;
    psi[0] = sums[0];
  }
}
