// As the plain kernel, with a workgroup of LANES for each feature; but between counting and splitting, each class's counts
// become running sums along the bins, so that a split takes one read a class for each side.

override N: u32;
override FEATURES: u32;
override BINS: u32;
override CLASSES: u32;

override LANES: u32;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> information_gain: array<f32>;
@group(0) @binding(3) var<storage, read_write> gini_gain: array<f32>;

// By bin, then by class.
var<workgroup> counts: array<atomic<u32>, 2048>;

fn parts(count: u32, size: u32) -> vec2f {
  if (count == 0) {
    return vec2f();
  }
  let share = f32(count) / f32(size);
  return vec2f(-share * log2(share), share * share);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Workgroups beyond the limit of one dimension continue in y.
  let feature = group.x + group.y * groups.x;
  if (feature >= FEATURES) {
    return;
  }
  for (var i = lane; i < N; i += LANES) {
    atomicAdd(&counts[binned[i * FEATURES + feature] * CLASSES + labels[i]], 1);
  }
  workgroupBarrier();

  for (var class_ = lane; class_ < CLASSES; class_ += LANES) {
    var sum = 0u;
    for (var at = class_; at < BINS * CLASSES; at += CLASSES) {
      sum += atomicLoad(&counts[at]);
      atomicStore(&counts[at], sum);
    }
  }
  workgroupBarrier();

  for (var t = lane; t < BINS - 1; t += LANES) {
    var left_size = 0u;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
      left_size += atomicLoad(&counts[t * CLASSES + class_]);
    }
    let right_size = N - left_size;

    var parent = vec2f();
    var left = vec2f();
    var right = vec2f();
    for (var class_ = 0u; class_ < CLASSES; class_++) {
      let all = atomicLoad(&counts[(BINS - 1) * CLASSES + class_]);
      let below = atomicLoad(&counts[t * CLASSES + class_]);
      parent += parts(all, N);
      left += parts(below, left_size);
      right += parts(all - below, right_size);
    }

    let weights = vec2f(f32(left_size), f32(right_size)) / f32(N);
    let at = feature * (BINS - 1) + t;
    information_gain[at] = parent.x - dot(weights, vec2f(left.x, right.x));
    gini_gain[at] = dot(weights, vec2f(left.y, right.y)) - parent.y;
  }
}
