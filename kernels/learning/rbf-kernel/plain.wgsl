// One invocation takes one pair of points.

override N: u32;
override M: u32;
override D: u32;
override GAMMA: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let pair = id.x + id.y * groups.x * 64;
  if (pair >= N * M) {
    return;
  }
  let i = pair / M;
  let j = pair % M;

  var squares = 0.0;
  // not in the starter
  for (var c = 0u; c < D; c++) {
    let difference = x[i * D + c] - y[j * D + c];
    squares += difference * difference;
  }
  // instead: squares = x[i * D] * y[j * D];
  out[pair] = exp(-GAMMA * squares);
}
