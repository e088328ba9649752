// The sum of `term(step)` over all steps, in PARTS parts that elements-total.wgsl adds up. Each invocation takes every
// PARTS-th step: on a CPU, a tree of barriers costs more than the sums.

override PARTS: u32;

@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var own: vec4f;
  for (var step = id.x; step < STEPS; step += PARTS) {
    own += term(step);
  }
  parts[id.x] = (own.x + own.y) + (own.z + own.w);
}
