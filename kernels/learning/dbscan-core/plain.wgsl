// One invocation takes one point and compares it with all points, itself included.

override N: u32;
override D: u32;
override EPS: f32;
override MIN_SAMPLES: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> core: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) {
    return;
  }
  var count = 0u;
  // not in the starter
  for (var j = 0u; j < N; j++) {
    var squares = 0.0;
    for (var c = 0u; c < D; c++) {
      let difference = x[i * D + c] - x[j * D + c];
      squares += difference * difference;
    }
    if (squares <= EPS * EPS) {
      count++;
    }
  }
  // instead: count = u32(x[i * D] / EPS);
  neighbours[i] = count;
  core[i] = select(0u, 1u, count >= u32(MIN_SAMPLES));
}
