// One workgroup takes one feature. Its invocations stride through the samples once, and add each to its bin in workgroup
// memory. WGSL has no atomics of floats: a sum is exchanged only if no other invocation has changed it in between.

override N: u32;
override FEATURES: u32;
override BINS: u32;
override LAMBDA: f32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> binned: array<u32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> hess: array<f32>;
@group(0) @binding(3) var<storage, read_write> histogram: array<f32>;
@group(0) @binding(4) var<storage, read_write> gain: array<f32>;

// The bits of each bin's gradients and Hessians.
var<workgroup> sums: array<atomic<u32>, 2048>;

fn addTo(place: u32, value: f32) {
  var old = atomicLoad(&sums[place]);
  loop {
    let exchange = atomicCompareExchangeWeak(&sums[place], old, bitcast<u32>(bitcast<f32>(old) + value));
    if (exchange.exchanged) {
      break;
    }
    old = exchange.old_value;
  }
}

fn sumAt(place: u32) -> f32 {
  return bitcast<f32>(atomicLoad(&sums[place]));
}

fn score(gradients: f32, hessians: f32) -> f32 {
  return gradients * gradients / (hessians + LAMBDA);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Workgroups beyond the limit of one dimension continue in y.
  let feature = group.x + group.y * groups.x;
  if (feature >= FEATURES) {
    return;
  }
  for (var i = lane; i < N; i += LANES) {
    let place = 2 * binned[i * FEATURES + feature];
    addTo(place, grad[i]);
    addTo(place + 1, hess[i]);
  }
  workgroupBarrier();
  for (var place = lane; place < 2 * BINS; place += LANES) {
    histogram[2 * feature * BINS + place] = sumAt(place);
  }
  workgroupBarrier();

  // Running sums along the bins, in place: one lane for the gradients, one for the Hessians.
  if (lane < 2) {
    var sum = 0.0;
    for (var place = lane; place < 2 * BINS; place += 2) {
      sum += sumAt(place);
      atomicStore(&sums[place], bitcast<u32>(sum));
    }
  }
  workgroupBarrier();

  let gradients = sumAt(2 * BINS - 2);
  let hessians = sumAt(2 * BINS - 1);
  for (var t = lane; t < BINS - 1; t += LANES) {
    let left_gradients = sumAt(2 * t);
    let left_hessians = sumAt(2 * t + 1);
    let sides = score(left_gradients, left_hessians) + score(gradients - left_gradients, hessians - left_hessians);
    gain[feature * (BINS - 1) + t] = 0.5 * (sides - score(gradients, hessians));
  }
}
