// A workgroup for each row, and trees in workgroup memory.
override N: u32;
override CLASSES: u32;
override GAMMA: f32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

var<workgroup> part: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn focal(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= N) {
    return;
  }
  let begin = row * CLASSES;
  let own = begin + targets[row];

  var highest = logits[own];
  for (var at = begin + lane; at < begin + CLASSES; at += LANES) {
    highest = max(highest, logits[at]);
  }
  part[lane] = highest;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half /= 2) {
    if (lane < half) {
      part[lane] = max(part[lane], part[lane + half]);
    }
    workgroupBarrier();
  }
  let top = part[0];
  workgroupBarrier();

  // All classes but the target's: 1 - p is their share, without a subtraction.
  var others = 0.0;
  for (var at = begin + lane; at < begin + CLASSES; at += LANES) {
    if (at != own) {
      others += exp(logits[at] - top);
    }
  }
  part[lane] = others;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half /= 2) {
    if (lane < half) {
      part[lane] += part[lane + half];
    }
    workgroupBarrier();
  }

  if (lane == 0) {
    let total = part[0] + exp(logits[own] - top);
    let unsure = part[0] / total;
    var weight = 1.0;
    if (GAMMA > 0) {
      weight = 0;
      if (unsure > 0) {
        weight = pow(unsure, GAMMA);
      }
    }
    loss[row] = weight * (log(total) - (logits[own] - top));
  }
}
