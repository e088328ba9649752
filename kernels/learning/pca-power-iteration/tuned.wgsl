// `average` and `covary`: a workgroup adds up one column, or one product of columns, each lane a part of the rows. As the
// covariance is symmetric, only its lower triangle is computed, and stored twice. `iterate`: one workgroup goes through all
// rounds, each lane taking every 64th element.

override N: u32;
override D: u32;
override ITERATIONS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;

@group(0) @binding(1) var<storage, read> center: array<f32>;
@group(0) @binding(2) var<storage, read_write> covariances: array<f32>;

@group(0) @binding(0) var<storage, read> covariance: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<f32>;
@group(0) @binding(2) var<storage, read_write> component: array<f32>;
@group(0) @binding(3) var<storage, read_write> product: array<f32>;
@group(0) @binding(4) var<storage, read_write> eigenvalue: array<f32>;

var<workgroup> partials: array<f32, LANES>;

// The sum of a number of each lane, in all of them.
fn total(lane: u32, own: f32) -> f32 {
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  let sum = partials[0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(LANES)
fn average(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = lane; i < N; i += LANES) {
    own += x[i * D + group.x];
  }
  let sum = total(lane, own);
  if (lane == 0) {
    mean[group.x] = sum / f32(N);
  }
}

@compute @workgroup_size(LANES)
fn covary(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y;
  let col = group.x;
  if (col > row) {
    return;
  }
  var own = 0.0;
  for (var i = lane; i < N; i += LANES) {
    own += (x[i * D + row] - center[row]) * (x[i * D + col] - center[col]);
  }
  let sum = total(lane, own) / f32(N - 1);
  if (lane == 0) {
    covariances[row * D + col] = sum;
    covariances[col * D + row] = sum;
  }
}

@compute @workgroup_size(LANES)
fn iterate(@builtin(local_invocation_index) lane: u32) {
  for (var c = lane; c < D; c += LANES) {
    component[c] = start[c];
  }
  storageBarrier();
  for (var round = 0u; round < ITERATIONS; round++) {
    var squares = 0.0;
    for (var row = lane; row < D; row += LANES) {
      let image = image_of(row);
      product[row] = image;
      squares += image * image;
    }
    // The barriers in it also separate reading from writing the component.
    let norm = sqrt(total(lane, squares));
    for (var row = lane; row < D; row += LANES) {
      component[row] = product[row] / norm;
    }
    storageBarrier();
  }
  var own = 0.0;
  for (var row = lane; row < D; row += LANES) {
    own += component[row] * image_of(row);
  }
  let sum = total(lane, own);
  if (lane == 0) {
    eigenvalue[0] = sum;
  }
}

fn image_of(row: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < D; c++) {
    sum += covariance[row * D + c] * component[c];
  }
  return sum;
}
