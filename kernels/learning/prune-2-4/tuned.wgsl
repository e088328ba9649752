// Each invocation reads and writes four weights as one vector. Six comparisons, one for each pair, give all four ranks.

override FOURS: u32;

@group(0) @binding(0) var<storage, read> w: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> pruned: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 256;
  if (i >= FOURS) {
    return;
  }
  let four = w[i];
  let size = abs(four);
  // Whether the second of each pair goes before the first; of equals, the first does.
  let near = select(vec3u(0), vec3u(1), size.yzw > size.xyz);
  let far = select(vec2u(0), vec2u(1), size.zw > size.xy);
  let last = select(0u, 1u, size.w > size.x);
  let before = vec4u(
    near.x + far.x + last,
    (1 - near.x) + near.y + far.y,
    (1 - near.y) + (1 - far.x) + near.z,
    (1 - near.z) + (1 - far.y) + (1 - last),
  );
  pruned[i] = select(vec4f(0), four, before < vec4u(2));
}
