// For software adapters: one invocation takes one row and reads it just once, without workgroup memory and barriers.
// plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= ROWS) {
    return;
  }
  let start = row * CLASSES;
  let end = start + CLASSES;
  let rest = end - CLASSES % 16;

  var seen = NONE;
  var all = 0.0;
  for (var at = start; at < rest; at += 16) {
    let block = logits_block(at);
    seen = with_elements(seen, block);
    all += total(block);
  }
  for (var at = rest; at < end; at++) {
    seen = with_element(seen, logits_at(at));
    all += logits_at(at);
  }

  let lse = seen.maximum + log(seen.sum);
  let own = lse - logits_at(start + targets[row]);
  let mean = lse - all / f32(CLASSES);
  loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;
}
