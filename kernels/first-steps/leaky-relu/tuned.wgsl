// The plan declares Element: vec4f where the size is a multiple of four, and else f32. One invocation takes one of them, so
// that neighbours read neighbouring elements: on SwiftShader, loops over several took twice as long.

override SIZE: u32;
override SLOPE: f32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read_write> y: array<Element>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 256;
  if (i >= SIZE) {
    return;
  }
  // With a slope of 0 to 1, the larger of the two is the function.
  y[i] = max(x[i], SLOPE * x[i]);
}
