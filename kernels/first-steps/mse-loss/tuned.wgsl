// Two passes. In the first, many workgroups each add a part of the squared differences, their lanes striding through
// the tensors, and write one partial sum; in the second, one workgroup adds those.

override SIZE: u32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> prediction: array<f32>;
@group(0) @binding(1) var<storage, read> goal: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;
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
fn addParts(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  for (var i = group.x * LANES + lane; i < SIZE; i += groups.x * LANES) {
    let difference = prediction[i] - goal[i];
    squares += difference * difference;
  }
  let sum = sumOfLanes(squares, lane);
  if (lane == 0) {
    parts[group.x] = sum;
  }
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var part = lane; part < PARTS; part += LANES) {
    own += sums[part];
  }
  let sum = sumOfLanes(own, lane);
  if (lane == 0) {
    loss[0] = sum / f32(SIZE);
  }
}
