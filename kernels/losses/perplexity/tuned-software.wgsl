// For software adapters, in place of tuned.wgsl: one invocation takes one token and reads its logits just once, in blocks
// of 16, without workgroup memory and barriers.

override TOKENS: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let token = id.x + id.y * groups.x * 16;
  // The losses, in scratch, are zeros before.
  if (token >= TOKENS || mask[token] == 0) {
    return;
  }
  let start = token * CLASSES;
  let end = start + CLASSES;
  let rest = end - CLASSES % 16;

  var seen = NONE;
  for (var at = start; at < rest; at += 16) {
    seen = with_elements(seen, logits_block(at));
  }
  for (var at = rest; at < end; at++) {
    seen = with_element(seen, logits_at(at));
  }
  losses[token] = seen.maximum + log(seen.sum) - logits_at(start + targets[token]);
}
