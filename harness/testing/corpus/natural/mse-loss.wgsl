override SIZE: u32;
override GROUPS: u32;

const LANES = 128u;

@group(0) @binding(0) var<storage, read> prediction: array<f32>;
@group(0) @binding(1) var<storage, read> expected: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

var<workgroup> partial: array<f32, LANES>;

fn reduce(lane: u32) {
  for (var width = LANES / 2u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) {
      partial[lane] += partial[lane + width];
    }
  }
}

@compute @workgroup_size(LANES)
fn square(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = id.x; i < SIZE; i += GROUPS * LANES) {
    let difference = prediction[i] - expected[i];
    sum = fma(difference, difference, sum);
  }
  partial[lane] = sum;
  reduce(lane);
  if (lane == 0u) {
    parts[group.x] = partial[0];
  }
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  partial[lane] = 0.0;
  for (var part = lane; part < GROUPS; part += LANES) {
    partial[lane] += sums[part];
  }
  reduce(lane);
  if (lane == 0u) {
    loss[0] = partial[0] / f32(SIZE);
  }
}
