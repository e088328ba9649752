// The means of the columns.

override N: u32;
override D: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= D) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < N; i++) {
    sum += x[i * D + c];
  }
  mean[c] = sum / f32(N);
}
