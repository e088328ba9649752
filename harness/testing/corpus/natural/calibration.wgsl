override N: u32;
override CLASSES: u32;
override TEMPERATURE: f32;
override BINS: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32>;
// A row's confidence, negative if its prediction is wrong.
@group(0) @binding(3) var<storage, read_write> confidences: array<f32>;

// An invocation for each row.
@compute @workgroup_size(64)
fn rows(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) {
    return;
  }
  let first = i * CLASSES;
  var best = 0u;
  for (var c = 1u; c < CLASSES; c++) {
    if (logits[first + c] > logits[first + best]) {
      best = c;
    }
  }
  let top = logits[first + best];
  var sum = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    sum += exp((logits[first + c] - top) / TEMPERATURE);
  }
  let target_class = targets[i];
  losses[i] = log(sum) - (logits[first + target_class] - top) / TEMPERATURE;
  let confidence = 1 / sum;
  confidences[i] = select(-confidence, confidence, best == target_class);
}

const LANES = 128u;
var<workgroup> parts: array<f32, LANES>;

fn total(own: f32, lane: u32) -> f32 {
  parts[lane] = own;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half /= 2) {
    if (lane < half) {
      parts[lane] += parts[lane + half];
    }
    workgroupBarrier();
  }
  return parts[0];
}

@group(0) @binding(0) var<storage, read> signed: array<f32>;
@group(0) @binding(1) var<storage, read_write> gaps: array<f32>;

// A workgroup for each bin.
@compute @workgroup_size(LANES)
fn bins(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var gap = 0.0;
  for (var i = lane; i < N; i += LANES) {
    let confidence = abs(signed[i]);
    let bin = min(u32(confidence * f32(BINS)), BINS - 1);
    if (bin == group.x) {
      gap += select(0.0, 1.0, signed[i] > 0) - confidence;
    }
  }
  let sum = total(gap, lane);
  if (lane == 0) {
    gaps[group.x] = abs(sum);
  }
}

@group(0) @binding(0) var<storage, read> known_losses: array<f32>;
@group(0) @binding(1) var<storage, read> known_gaps: array<f32>;
@group(0) @binding(2) var<storage, read_write> nll: array<f32>;
@group(0) @binding(3) var<storage, read_write> ece: array<f32>;

@compute @workgroup_size(LANES)
fn totals(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = lane; i < N; i += LANES) {
    own += known_losses[i];
  }
  let sum = total(own, lane);
  if (lane == 0) {
    nll[0] = sum / f32(N);
    var gap = 0.0;
    for (var b = 0u; b < BINS; b++) {
      gap += known_gaps[b];
    }
    ece[0] = gap / f32(N);
  }
}
