// At most 512 workgroups stride over all weights; the last pass adds one number of each.
override SIZE: u32;
override LAMBDA: f32;
override GROUPS: u32;

const LANES = 128u;

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read> theta_old: array<f32>;
@group(0) @binding(2) var<storage, read> fisher: array<f32>;
@group(0) @binding(3) var<storage, read_write> grad: array<f32>;
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;

var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn gradients(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = 0.0;
  for (var i = id.x; i < SIZE; i += LANES * GROUPS) {
    let change = theta[i] - theta_old[i];
    let pull = LAMBDA * fisher[i] * change;
    grad[i] = pull;
    sum += pull * change;
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = LANES >> 1; half > 0; half >>= 1) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    parts[group.x] = sums[0];
  }
}

@group(0) @binding(0) var<storage, read_write> penalty: array<f32>;
@group(0) @binding(1) var<storage, read> known: array<f32>;

@compute @workgroup_size(1)
fn join() {
  var sum = 0.0;
  for (var k = 0u; k < GROUPS; k++) {
    sum += known[k];
  }
  penalty[0] = sum / 2;
}
