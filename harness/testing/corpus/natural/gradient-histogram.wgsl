// A workgroup for each feature. It reads samples in groups of 64, and every invocation adds those of its own bins.
override N: u32;
override FEATURES: u32;
override BINS: u32;
override LAMBDA: f32;

const LANES = 64u;
const MOST_BINS = 1024u;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> hess: array<f32>;
@group(0) @binding(3) var<storage, read_write> histogram: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> gain: array<f32>;

var<workgroup> sample_bins: array<u32, LANES>;
var<workgroup> sample_sums: array<vec2f, LANES>;
var<workgroup> running: array<vec2f, MOST_BINS>;

fn score(sums: vec2f) -> f32 {
  return sums.x * sums.x / (sums.y + LAMBDA);
}

@compute @workgroup_size(LANES)
fn split(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let f = group.x;
  for (var first = 0u; first < N; first += LANES) {
    let i = first + lane;
    if (i < N) {
      sample_bins[lane] = binned[i * FEATURES + f];
      sample_sums[lane] = vec2f(grad[i], hess[i]);
    }
    workgroupBarrier();
    let end = min(LANES, N - first);
    for (var k = 0u; k < end; k++) {
      let b = sample_bins[k];
      if (b % LANES == lane) {
        running[b] += sample_sums[k];
      }
    }
    workgroupBarrier();
  }
  for (var b = lane; b < BINS; b += LANES) {
    histogram[f * BINS + b] = running[b];
  }
  workgroupBarrier();
  if (lane == 0) {
    for (var b = 1u; b < BINS; b++) {
      running[b] += running[b - 1];
    }
  }
  workgroupBarrier();
  let all = running[BINS - 1];
  for (var t = lane; t < BINS - 1; t += LANES) {
    let left = running[t];
    gain[f * (BINS - 1) + t] = 0.5 * (score(left) + score(all - left) - score(all));
  }
}
