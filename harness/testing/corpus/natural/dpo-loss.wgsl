// Four pairs in a workgroup, sixteen invocations each.
override N: u32;
override TOKENS: u32;
override BETA: f32;

const PAIRS = 4u;
const LANES = 16u;

@group(0) @binding(0) var<storage, read> policy_chosen: array<f32>;
@group(0) @binding(1) var<storage, read> policy_rejected: array<f32>;
@group(0) @binding(2) var<storage, read> reference_chosen: array<f32>;
@group(0) @binding(3) var<storage, read> reference_rejected: array<f32>;
@group(0) @binding(4) var<storage, read> chosen_lengths: array<u32>;
@group(0) @binding(5) var<storage, read> rejected_lengths: array<u32>;
@group(0) @binding(6) var<storage, read_write> loss: array<f32>;

var<workgroup> margins: array<array<f32, LANES>, PAIRS>;

@compute @workgroup_size(LANES, PAIRS)
fn dpo(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let pair = group.x * PAIRS + local.y;
  var margin = 0.0;
  if (pair < N) {
    let first = pair * TOKENS;
    for (var t = local.x; t < chosen_lengths[pair]; t += LANES) {
      margin += policy_chosen[first + t] - reference_chosen[first + t];
    }
    for (var t = local.x; t < rejected_lengths[pair]; t += LANES) {
      margin -= policy_rejected[first + t] - reference_rejected[first + t];
    }
  }
  margins[local.y][local.x] = margin;
  workgroupBarrier();
  if (local.x == 0 && pair < N) {
    var sum = 0.0;
    for (var k = 0u; k < LANES; k++) {
      sum += margins[local.y][k];
    }
    let z = BETA * sum;
    loss[pair] = max(-z, 0.0) + log(1 + exp(-abs(z)));
  }
}
