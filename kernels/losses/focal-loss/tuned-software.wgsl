// For software adapters: one invocation takes one row and reads it once, without workgroup memory and barriers.
// plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= N) {
    return;
  }
  let start = row * CLASSES;
  let rest = CLASSES - CLASSES % 16;
  let target_class = targets[row];

  var others = NONE;
  for (var c = 0u; c < rest; c += 16) {
    others = with_elements(others, without(logits_block(start + c), target_class - c));
  }
  for (var c = rest; c < CLASSES; c++) {
    others = with_element(others, select(logits_at(start + c), NONE.maximum, c == target_class));
  }

  let own = logits_at(start + target_class);
  let maximum = max(others.maximum, own);
  let missed = others.sum * exp(others.maximum - maximum);
  let sum = missed + exp(own - maximum);
  // 1 - p, without the cancellation.
  let miss = missed / sum;
  // WGSL does not determine 0^0.
  let focus = select(pow(miss, GAMMA), 1.0, GAMMA == 0.0);
  loss[row] = focus * (maximum + log(sum) - own);
}

// The block with an element that adds nothing at `place`, if that is in it.
fn without(block: mat4x4f, place: u32) -> mat4x4f {
  let none = vec4f(NONE.maximum);
  let places = vec4u(0, 1, 2, 3);
  return mat4x4f(
    select(block[0], none, places == vec4u(place)),
    select(block[1], none, places + 4 == vec4u(place)),
    select(block[2], none, places + 8 == vec4u(place)),
    select(block[3], none, places + 12 == vec4u(place)),
  );
}
