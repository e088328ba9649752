// Two passes. In the first, many workgroups each take a part of the weights, their lanes striding through the tensors,
// write the gradients and one partial sum; in the second, one workgroup adds those.

override SIZE: u32;
override LAMBDA: f32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read> theta_old: array<f32>;
@group(0) @binding(2) var<storage, read> fisher: array<f32>;
@group(0) @binding(3) var<storage, read_write> grad: array<f32>;
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> penalty: array<f32>;
override PARTS: u32;

var<workgroup> partials: array<f32, LANES>;

// The sum of all lanes' numbers, in lane 0.
fn sumOfLanes(own: f32, lane: u32) -> f32 {
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  return partials[lane];
}

@compute @workgroup_size(LANES)
fn differentiate(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = group.x * LANES + lane; i < SIZE; i += groups.x * LANES) {
    let change = theta[i] - theta_old[i];
    let slope = LAMBDA * fisher[i] * change;
    own += slope * change;
    grad[i] = slope;
  }
  let sum = sumOfLanes(own, lane);
  if (lane == 0) {
    parts[group.x] = sum;
  }
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  if (lane < PARTS) {
    own = sums[lane];
  }
  let sum = sumOfLanes(own, lane);
  if (lane == 0) {
    penalty[0] = 0.5 * sum;
  }
}
