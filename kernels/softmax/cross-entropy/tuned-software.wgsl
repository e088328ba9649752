// For software adapters: one invocation takes one row and reads it just once, without workgroup memory and barriers. It
// rescales the sum of exponentials once a block (online softmax, Milakov and Gimelshein 2018). plain.wgsl declares the
// interface.

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

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

  var maximum = LOWEST;
  var sum = 0.0;
  var all = 0.0;
  for (var at = start; at < rest; at += 16) {
    let block = logits_block(at);
    let larger = max(maximum, largest(block));
    sum = sum * exp(maximum - larger) + total(exponentials(less(block, larger)));
    all += total(block);
    maximum = larger;
  }
  for (var at = rest; at < end; at++) {
    let larger = max(maximum, logits[at]);
    sum = sum * exp(maximum - larger) + exp(logits[at] - larger);
    all += logits[at];
    maximum = larger;
  }

  let lse = maximum + log(sum);
  let own = lse - logits[start + targets[row]];
  let mean = lse - all / f32(CLASSES);
  loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;
}
