// One workgroup takes one feature. Each invocation adds up every 64th bin, in one loop over all samples; then it takes
// every 64th split, and adds up the bins on both sides.

override N: u32;
override FEATURES: u32;
override BINS: u32;
override LAMBDA: f32;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> hess: array<f32>;
@group(0) @binding(3) var<storage, read_write> histogram: array<f32>;
@group(0) @binding(4) var<storage, read_write> gain: array<f32>;

// The gradients and the Hessians of each bin.
var<workgroup> sums: array<vec2f, 1024>;

fn score(sum: vec2f) -> f32 {
  return sum.x * sum.x / (sum.y + LAMBDA);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Workgroups beyond the limit of one dimension continue in y.
  let feature = group.x + group.y * groups.x;
  if (feature >= FEATURES) {
    return;
  }
  for (var bin = lane; bin < BINS; bin += 64) {
    var sum = vec2f();
    for (var i = 0u; i < N; i++) {
      if (binned[i * FEATURES + feature] == bin) {
        sum += vec2f(grad[i], hess[i]);
      }
    }
    sums[bin] = sum;
    let at = 2 * (feature * BINS + bin);
    histogram[at] = sum.x;
    histogram[at + 1] = sum.y;
  }
  workgroupBarrier();

  for (var t = lane; t < BINS - 1; t += 64) {
    var left = vec2f();
    var right = vec2f();
    // not in the starter
    for (var bin = 0u; bin < BINS; bin++) {
      if (bin <= t) {
        left += sums[bin];
      } else {
        right += sums[bin];
      }
    }
    // instead: left = sums[t];
    let whole = score(left + right);
    gain[feature * (BINS - 1) + t] = 0.5 * (score(left) + score(right) - whole);
  }
}
