// A workgroup for each feature: a histogram in workgroup memory, running sums over its bins, then a split for each
// invocation.
override N: u32;
override FEATURES: u32;
override BINS: u32;
override CLASSES: u32;

const LANES = 128u;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> information_gain: array<f32>;
@group(0) @binding(3) var<storage, read_write> gini_gain: array<f32>;

// counts[bin * CLASSES + class], from the second step on of all bins up to this one
var<workgroup> counts: array<atomic<u32>, 2048>;

@compute @workgroup_size(LANES)
fn gains(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let f = group.x;
  for (var i = local.x; i < N; i += LANES) {
    atomicAdd(&counts[binned[i * FEATURES + f] * CLASSES + labels[i]], 1);
  }
  workgroupBarrier();
  for (var class_ = local.x; class_ < CLASSES; class_ += LANES) {
    var sum = 0u;
    for (var b = 0u; b < BINS; b++) {
      sum += atomicLoad(&counts[b * CLASSES + class_]);
      atomicStore(&counts[b * CLASSES + class_], sum);
    }
  }
  workgroupBarrier();

  for (var t = local.x; t < BINS - 1; t += LANES) {
    var n_left = 0u;
    for (var k = 0u; k < CLASSES; k++) {
      n_left += atomicLoad(&counts[t * CLASSES + k]);
    }
    let sizes = vec3f(f32(N), f32(n_left), f32(N - n_left));
    // Of all samples, of the left ones, of the right ones.
    var entropy = vec3f(0);
    var gini = vec3f(1);
    for (var k = 0u; k < CLASSES; k++) {
      let all = atomicLoad(&counts[(BINS - 1) * CLASSES + k]);
      let left = atomicLoad(&counts[t * CLASSES + k]);
      let p = vec3f(f32(all), f32(left), f32(all - left)) / max(sizes, vec3f(1));
      entropy -= p * log2(select(vec3f(1), p, p > vec3f(0)));
      gini -= p * p;
    }
    let shares = sizes / sizes.x;
    let at = f * (BINS - 1) + t;
    information_gain[at] = entropy.x - shares.y * entropy.y - shares.z * entropy.z;
    gini_gain[at] = gini.x - shares.y * gini.y - shares.z * gini.z;
  }
}
