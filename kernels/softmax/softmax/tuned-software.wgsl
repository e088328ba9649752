// For software adapters: one invocation takes one row, without workgroup memory and barriers. It reads the row twice: for
// its maximum and sum, and for the quotients. plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;
  let end = start + COLS;
  let rest = end - COLS % 16;

  var seen = NONE;
  for (var at = start; at < rest; at += 16) {
    seen = with_elements(seen, x_block(at));
  }
  for (var at = rest; at < end; at++) {
    seen = with_element(seen, x_at(at));
  }

  let scale = 1.0 / seen.sum;
  for (var at = start; at < rest; at += 16) {
    set_y_block(at, exponentials(less(x_block(at), seen.maximum)) * scale);
  }
  for (var at = rest; at < end; at++) {
    set_y_at(at, exp(x_at(at) - seen.maximum) * scale);
  }
}
