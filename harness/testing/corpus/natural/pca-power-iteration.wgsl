override N: u32;
override D: u32;

const LANES = 64u;
var<workgroup> parts: array<f32, LANES>;

// The sum of all invocations' numbers, in each of them.
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

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;

@compute @workgroup_size(LANES)
fn means(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  var sum = 0.0;
  for (var i = lane; i < N; i += LANES) {
    sum += x[i * D + c];
  }
  let all = total(sum, lane);
  if (lane == 0) {
    mean[c] = all / f32(N);
  }
}

@group(0) @binding(1) var<storage, read> center: array<f32>;
@group(0) @binding(2) var<storage, read_write> covariance: array<f32>;

@compute @workgroup_size(LANES)
fn covariances(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let a = group.y;
  let b = group.x;
  var sum = 0.0;
  for (var i = lane; i < N; i += LANES) {
    sum += (x[i * D + a] - center[a]) * (x[i * D + b] - center[b]);
  }
  let all = total(sum, lane);
  if (lane == 0) {
    covariance[a * D + b] = all / f32(N - 1);
  }
}

@group(0) @binding(0) var<storage, read> matrix: array<f32>;
@group(0) @binding(1) var<storage, read> before: array<f32>;
@group(0) @binding(2) var<storage, read_write> after: array<f32>;

// Each invocation keeps its elements of the product in `after` until their length is known.
@compute @workgroup_size(LANES)
fn one_round(@builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  for (var r = lane; r < D; r += LANES) {
    var product = 0.0;
    for (var c = 0u; c < D; c++) {
      product += matrix[r * D + c] * before[c];
    }
    after[r] = product;
    squares += product * product;
  }
  let length = sqrt(total(squares, lane));
  for (var r = lane; r < D; r += LANES) {
    after[r] /= length;
  }
}

@group(0) @binding(2) var<storage, read_write> eigenvalue: array<f32>;

@compute @workgroup_size(LANES)
fn variance(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var a = lane; a < D; a += LANES) {
    var product = 0.0;
    for (var c = 0u; c < D; c++) {
      product += matrix[a * D + c] * before[c];
    }
    sum += before[a] * product;
  }
  let all = total(sum, lane);
  if (lane == 0) {
    eigenvalue[0] = all;
  }
}
