// The sum of `term(step)` over all steps, in parts that elements-total.wgsl adds up. A workgroup's steps are neighbours, so
// that the CPU can prefetch them; a tree of barriers would cost it more than the sums.

override STEPS_OF_WORKGROUP: u32;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(global_invocation_id) id: vec3u,
) {
  let first = workgroup.x * STEPS_OF_WORKGROUP;
  let end = min(first + STEPS_OF_WORKGROUP, STEPS);
  var own: vec4f;
  for (var step = first + lane; step < end; step += 8) {
    own += term(step);
  }
  parts[id.x] = (own.x + own.y) + (own.z + own.w);
}
