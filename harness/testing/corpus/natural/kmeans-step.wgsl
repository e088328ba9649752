override N: u32;
override D: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> centroids: array<f32>;
@group(0) @binding(2) var<storage, read_write> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> distances: array<f32>;

@compute @workgroup_size(64)
fn nearest(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) {
    return;
  }
  var label = 0u;
  var least = 3.4e38;
  for (var j = 0u; j < K; j++) {
    var distance = 0.0;
    for (var c = 0u; c < D; c++) {
      let apart = x[i * D + c] - centroids[j * D + c];
      distance += apart * apart;
    }
    if (distance < least) {
      least = distance;
      label = j;
    }
  }
  labels[i] = label;
  distances[i] = least;
}

@group(0) @binding(2) var<storage, read> known: array<u32>;
@group(0) @binding(3) var<storage, read_write> moved: array<f32>;

const LANES = 64u;
var<workgroup> sums: array<f32, LANES>;
var<workgroup> counts: array<u32, LANES>;

// A workgroup for each coordinate of each centroid.
@compute @workgroup_size(LANES)
fn means(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  let j = group.y;
  var sum = 0.0;
  var count = 0u;
  for (var i = lane; i < N; i += LANES) {
    if (known[i] == j) {
      sum += x[i * D + c];
      count++;
    }
  }
  sums[lane] = sum;
  counts[lane] = count;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
      counts[lane] += counts[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    if (counts[0] > 0) {
      moved[j * D + c] = sums[0] / f32(counts[0]);
    } else {
      moved[j * D + c] = centroids[j * D + c];
    }
  }
}

@group(0) @binding(0) var<storage, read> least_distances: array<f32>;
@group(0) @binding(1) var<storage, read_write> inertia: array<f32>;

@compute @workgroup_size(LANES)
fn total(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < N; i += LANES) {
    sum += least_distances[i];
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    inertia[0] = sums[0];
  }
}
