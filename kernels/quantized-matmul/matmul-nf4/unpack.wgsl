// All weights as f32, next to `tuned-software.wgsl`: for many rows of `a`, a CPU spends most of a product on unpacking them
// again for every tile of rows.

override K: u32;
override WORDS: u32;

@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(5) var<storage, read_write> unpacked: array<vec4f>;

@compute @workgroup_size(64)
fn unpack(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let word = id.x + id.y * groups.x * 64u;
  if (word >= WORDS) {
    return;
  }
  let codes = vec4u(w[word]);
  let block_absmax = absmax_of(word / (GROUP / 8u));
  unpacked[2u * word] = block_absmax * weights(vec4f((codes >> vec4u(0, 4, 8, 12)) & vec4u(0xf)));
  unpacked[2u * word + 1u] = block_absmax * weights(vec4f((codes >> vec4u(16, 20, 24, 28)) & vec4u(0xf)));
}
