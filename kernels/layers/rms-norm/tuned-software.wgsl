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

  var sums = vec4f();
  for (var v = 0u; v < rest / 4; v++) {
    let four = x_four(start + 4 * v);
    sums += four * four;
  }
  var squares = dot(sums, vec4f(1));
  for (var c = rest; c < COLS; c++) {
    squares += x_at(start + c) * x_at(start + c);
  }
  let scale = inverseSqrt(squares / f32(COLS) + EPS);

  for (var v = 0u; v < rest / 4; v++) {
    set_y_four(start + 4 * v, x_four(start + 4 * v) * scale * gamma_four(4 * v));
  }
  for (var c = rest; c < COLS; c++) {
    set_y_at(start + c, x_at(start + c) * scale * gamma_at(c));
  }
}
