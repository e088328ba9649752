override SIZE: u32;
override SLOPE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn activate(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = 4u * ((group.y * groups.x + group.x) * 64u + lane);
  for (var at = first; at < min(first + 4u, SIZE); at++) {
    let value = x[at];
    y[at] = max(value, 0.0) + SLOPE * min(value, 0.0);
  }
}
