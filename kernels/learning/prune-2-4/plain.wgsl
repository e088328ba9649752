// One invocation takes one weight, and counts those of its four that go before it. Four never extend over two rows.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> pruned: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let at = id.x + id.y * groups.x * 64;
  if (at >= ROWS * COLS) {
    return;
  }
  let first = at / 4 * 4;
  let own = abs(w[at]);
  var before = 0u;
  // not in the starter
  for (var other = first; other < first + 4; other++) {
    let size = abs(w[other]);
    if (size > own || (size == own && other < at)) {
      before++;
    }
  }
  // instead: before = at - first;
  pruned[at] = select(0.0, w[at], before < 2);
}
