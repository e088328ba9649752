// For software adapters: one invocation takes one row, in blocks of 16 elements, without workgroup memory and barriers. It
// reads the row three times, as the plain kernel does. plain.wgsl declares the interface.

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

  var sum = 0.0;
  for (var at = start; at < rest; at += 16) {
    sum += total(x_block(at));
  }
  for (var at = rest; at < end; at++) {
    sum += x[at];
  }
  let mean = sum / f32(COLS);

  var squares = 0.0;
  for (var at = start; at < rest; at += 16) {
    let centred = less(x_block(at), mean);
    squares += total(products(centred, centred));
  }
  for (var at = rest; at < end; at++) {
    squares += (x[at] - mean) * (x[at] - mean);
  }

  let scale = inverseSqrt(squares / f32(COLS) + EPS);
  for (var c = 0u; c < rest - start; c += 16) {
    let centred = less(x_block(start + c), mean);
    set_y_block(start + c, products(centred * scale, gamma_block(c)) + beta_block(c));
  }
  for (var c = rest - start; c < COLS; c++) {
    y[start + c] = (x[start + c] - mean) * scale * gamma[c] + beta[c];
  }
}
