// Scores, as products of queries and keys. Tiles that the causal mask hides altogether are skipped.

override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

fn depth_of(first_query: u32, first_key: u32) -> u32 {
  let last_query = min(first_query + 4u * SIDE, ROWS) - 1u;
  return select(DEPTH, 0u, CAUSAL && first_key > last_query + COLUMNS - ROWS);
}

fn left_of(head: u32, query: u32, d: u32) -> f32 {
  return q[(head * ROWS + query) * DEPTH + d];
}

fn right_of(head: u32, key: u32, d: u32) -> f32 {
  return k[(head * COLUMNS + key) * DEPTH + d];
}

fn finished(sum: f32, key: u32) -> f32 {
  return sum * inverseSqrt(f32(DEPTH));
}
