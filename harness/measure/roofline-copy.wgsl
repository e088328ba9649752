// Measures memory bandwidth: vectors of 16 bytes, adjacent ones by adjacent invocations.

override VECTORS: u32;

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> destination: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var at = id.x; at < VECTORS; at += 64 * groups.x) {
    destination[at] = source[at];
  }
}
