// Weighted values, as products of weights and values, up to the last key that a tile's queries see.

override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> p: array<f32>;
@group(0) @binding(1) var<storage, read> v: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

fn visible(query: u32) -> u32 {
  return select(DEPTH, query + DEPTH - ROWS + 1u, CAUSAL);
}

fn depth_of(first_query: u32, first_column: u32) -> u32 {
  return visible(min(first_query + 4u * SIDE, ROWS) - 1u);
}

// Weights of hidden keys are arbitrary.
fn left_of(head: u32, query: u32, key: u32) -> f32 {
  return select(0.0, p[(head * ROWS + query) * DEPTH + key], key < visible(query));
}

fn right_of(head: u32, column: u32, key: u32) -> f32 {
  return v[(head * DEPTH + key) * COLUMNS + column];
}

fn finished(sum: f32, column: u32) -> f32 {
  return sum;
}
