// A workgroup for each row; what a step needs of several sums is reduced together, as one vector.
override N: u32;
override CLASSES: u32;
override T: f32;
override ALPHA: f32;

const LANES = 32u;

@group(0) @binding(0) var<storage, read> student: array<f32>;
@group(0) @binding(1) var<storage, read> teacher: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<u32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

var<workgroup> maxima: array<vec2f, LANES>;
var<workgroup> sums: array<vec3f, LANES>;
var<workgroup> terms: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn distil(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let lane = local.x;
  let row = group.x + group.y * groups.x;
  if (row >= N) {
    return;
  }
  let base = row * CLASSES;

  var high = vec2f(student[base], teacher[base]);
  for (var c = lane; c < CLASSES; c += LANES) {
    high = max(high, vec2f(student[base + c], teacher[base + c]));
  }
  maxima[lane] = high;
  for (var width = LANES / 2; width > 0; width /= 2) {
    workgroupBarrier();
    if (lane < width) {
      maxima[lane] = max(maxima[lane], maxima[lane + width]);
    }
  }
  workgroupBarrier();
  let top = maxima[0];

  // Of the teacher at T, the student at T, and the student at 1.
  var sum = vec3f(0);
  for (var c = lane; c < CLASSES; c += LANES) {
    let s = student[base + c] - top.x;
    let t = teacher[base + c] - top.y;
    sum += vec3f(exp(t / T), exp(s / T), exp(s));
  }
  sums[lane] = sum;
  for (var width = LANES / 2; width > 0; width /= 2) {
    workgroupBarrier();
    if (lane < width) {
      sums[lane] += sums[lane + width];
    }
  }
  workgroupBarrier();
  let logs = log(sums[0]);

  var kl = 0.0;
  for (var c = lane; c < CLASSES; c += LANES) {
    let q = (student[base + c] - top.x) / T - logs.y;
    let p = (teacher[base + c] - top.y) / T - logs.x;
    kl += exp(p) * (p - q);
  }
  terms[lane] = kl;
  for (var width = LANES / 2; width > 0; width /= 2) {
    workgroupBarrier();
    if (lane < width) {
      terms[lane] += terms[lane + width];
    }
  }
  if (lane == 0) {
    let ce = logs.z - (student[base + targets[row]] - top.x);
    loss[row] = ALPHA * T * T * terms[0] + (1 - ALPHA) * ce;
  }
}
