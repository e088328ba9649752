// The softmax of stored scores, in place: one invocation per row. The module before this one declares ROWS, KEYS, `p`, and
// how many keys of a row are visible.

// The index of an invocation; workgroups of 64 fill x first, then y.
fn flat(id: vec3u, groups: vec3u) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

@compute @workgroup_size(64)
fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = flat(id, groups);
  if (row >= ROWS) {
    return;
  }
  let start = row * KEYS;
  let end = start + visible(row);

  var maximum = p[start];
  for (var at = start; at < end; at++) {
    maximum = max(maximum, p[at]);
  }

  var sum = 0.0;
  for (var at = start; at < end; at++) {
    p[at] = exp(p[at] - maximum);
    sum += p[at];
  }

  for (var at = start; at < end; at++) {
    p[at] /= sum;
  }
}
