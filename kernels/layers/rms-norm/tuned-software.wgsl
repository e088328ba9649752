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

  var fours = vec4f();
  for (var c = 0u; c < rest; c += 4) {
    let four = x_four(start + c);
    fours += four * four;
  }
  var squares = dot(fours, vec4f(1));
  for (var c = rest; c < COLS; c++) {
    squares += x_at(start + c) * x_at(start + c);
  }
  let scale = inverseSqrt(squares / f32(COLS) + EPS);

  for (var c = 0u; c < rest; c += 4) {
    set_y_four(start + c, x_four(start + c) * scale * gamma_four(c));
  }
  for (var c = rest; c < COLS; c++) {
    set_y_at(start + c, x_at(start + c) * scale * gamma_at(c));
  }
}
