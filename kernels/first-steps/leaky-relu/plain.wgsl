// One invocation takes one element.

override SIZE: u32;
override SLOPE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 64;
  if (i >= SIZE) {
    return;
  }
  // not in the starter
  y[i] = select(SLOPE * x[i], x[i], x[i] > 0);
  // instead: y[i] = SLOPE * x[i];
}
