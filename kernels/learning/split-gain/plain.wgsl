// One workgroup takes one feature. Its invocations count the samples of each bin and class in workgroup memory; then each
// takes every 64th split, and adds up the counts on both sides.

override N: u32;
override FEATURES: u32;
override BINS: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> information_gain: array<f32>;
@group(0) @binding(3) var<storage, read_write> gini_gain: array<f32>;

// By bin, then by class.
var<workgroup> counts: array<atomic<u32>, 2048>;

// A class's part of the entropy, and of the sum of squared shares.
fn parts(count: u32, size: u32) -> vec2f {
  // 0·log 0 is 0, also on an empty side.
  if (count == 0) {
    return vec2f();
  }
  let share = f32(count) / f32(size);
  return vec2f(-share * log2(share), share * share);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Workgroups beyond the limit of one dimension continue in y.
  let feature = group.x + group.y * groups.x;
  if (feature >= FEATURES) {
    return;
  }
  for (var i = lane; i < N; i += 64) {
    atomicAdd(&counts[binned[i * FEATURES + feature] * CLASSES + labels[i]], 1);
  }
  workgroupBarrier();

  for (var t = lane; t < BINS - 1; t += 64) {
    var left_size = 0u;
    for (var at = 0u; at < (t + 1) * CLASSES; at++) {
      left_size += atomicLoad(&counts[at]);
    }
    let right_size = N - left_size;

    var parent = vec2f();
    var left = vec2f();
    var right = vec2f();
    // not in the starter
    for (var class_ = 0u; class_ < CLASSES; class_++) {
      var below = 0u;
      var above = 0u;
      for (var bin = 0u; bin < BINS; bin++) {
        let count = atomicLoad(&counts[bin * CLASSES + class_]);
        if (bin <= t) {
          below += count;
        } else {
          above += count;
        }
      }
      parent += parts(below + above, N);
      left += parts(below, left_size);
      right += parts(above, right_size);
    }
    // instead: parent = parts(left_size, N);

    let left_weight = f32(left_size) / f32(N);
    let right_weight = f32(right_size) / f32(N);
    let at = feature * (BINS - 1) + t;
    information_gain[at] = parent.x - left_weight * left.x - right_weight * right.x;
    gini_gain[at] = (1.0 - parent.y) - left_weight * (1.0 - left.y) - right_weight * (1.0 - right.y);
  }
}
