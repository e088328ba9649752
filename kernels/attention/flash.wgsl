// A workgroup takes four queries of a head.

override QUERIES: u32;
override KEYS: u32;
override CAUSAL: bool;
// Elements from one head to the next, in queries and in keys and values.
override QUERY_HEAD: u32;
override KEY_HEAD: u32;

@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// x: groups of four queries, y: heads.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * 4u;
  let rows = min(4u, QUERIES - first);
  let start = group.y * QUERY_HEAD + first * ROW;
  let seen = vec4u(first + KEYS - QUERIES) + vec4u(1u, 2u, 3u, 4u);
  let ends = select(vec4u(KEYS), seen, vec4<bool>(CAUSAL));
  let own = attend(lane, start, rows, group.y * KEY_HEAD, ends[rows - 1u], ends);

  for (var row = 0u; row < rows; row++) {
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d < DIM) {
        out[start + row * ROW + d] = own.columns[column][row] / own.sum[row];
      }
    }
  }
}
