// For software adapters: one invocation takes one row, without workgroup memory and barriers. It reads the row twice: for
// its maximum and sum, which is rescaled once a block (online softmax, Milakov and Gimelshein 2018), and for the quotients.
// plain.wgsl declares the interface.

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

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

  var maximum = LOWEST;
  var sum = 0.0;
  for (var at = start; at < rest; at += 16) {
    let block = x_block(at);
    let larger = max(maximum, largest(block));
    sum = sum * exp(maximum - larger) + total(exponentials(less(block, larger)));
    maximum = larger;
  }
  for (var at = rest; at < end; at++) {
    let larger = max(maximum, x[at]);
    sum = sum * exp(maximum - larger) + exp(x[at] - larger);
    maximum = larger;
  }

  let scale = 1.0 / sum;
  for (var at = start; at < rest; at += 16) {
    set_y_block(at, exponentials(less(x_block(at), maximum)) * scale);
  }
  for (var at = rest; at < end; at++) {
    y[at] = exp(x[at] - maximum) * scale;
  }
}
