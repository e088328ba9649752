// For software adapters: one invocation takes one row, without workgroup memory and barriers, four elements a step.
// plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;
  let rest = COLS - COLS % 4;

  var largest_of_fours = vec4f();
  for (var v = 0u; v < rest / 4; v++) {
    largest_of_fours = max(largest_of_fours, abs(w_four(start + 4 * v)));
  }
  let pairs = max(largest_of_fours.xy, largest_of_fours.zw);
  var largest = max(pairs.x, pairs.y);
  for (var c = rest; c < COLS; c++) {
    largest = max(largest, abs(w_at(start + c)));
  }
  let step = largest / 127.0;
  scale[row] = step;
  // A row of zeros has no step to divide by.
  let divisor = select(step, 1.0, step == 0.0);

  for (var v = 0u; v < rest / 4; v++) {
    set_dequantized_four(start + 4 * v, round(w_four(start + 4 * v) / divisor) * step);
  }
  for (var c = rest; c < COLS; c++) {
    set_dequantized_at(start + c, round(w_at(start + c) / divisor) * step);
  }
}
