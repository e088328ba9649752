// A workgroup takes a row: each lane takes every 64th element, so that neighbouring lanes read neighbours, and two trees
// in workgroup memory reduce the lanes' maxima and sums.

override ROWS: u32;
override COLS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

var<workgroup> shared_values: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let first = row * COLS;

  var largest = x[first];
  for (var c = lane; c < COLS; c += LANES) {
    largest = max(largest, x[first + c]);
  }
  shared_values[lane] = largest;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      shared_values[lane] = max(shared_values[lane], shared_values[lane + half]);
    }
    workgroupBarrier();
  }
  largest = shared_values[0];
  // All lanes must have read the maximum before sums overwrite it.
  workgroupBarrier();

  var sum = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    let weight = exp(x[first + c] - largest);
    y[first + c] = weight;
    sum += weight;
  }
  shared_values[lane] = sum;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      shared_values[lane] += shared_values[lane + half];
    }
    workgroupBarrier();
  }
  let scale = 1.0 / shared_values[0];

  for (var c = lane; c < COLS; c += LANES) {
    y[first + c] *= scale;
  }
}
