// One invocation takes one element of y.

override HEADS: u32;
override TOKENS: u32;
override DIM: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> cosines: array<f32>;
@group(0) @binding(2) var<storage, read> sines: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= HEADS * TOKENS * DIM) {
    return;
  }
  let half = DIM / 2;
  let d = index % DIM;
  let token = index / DIM % TOKENS;
  let pair = d % half;
  let cosine = cosines[token * half + pair];
  let sine = sines[token * half + pair];

  // not in the starter
  if (d < half) {
    y[index] = x[index] * cosine - x[index + half] * sine;
  } else {
    y[index] = x[index] * cosine + x[index - half] * sine;
  }
  // instead: y[index] = x[index] * (cosine + sine);
}
