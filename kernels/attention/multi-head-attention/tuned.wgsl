// A projection, y = W x + b, as a product of tokens and rows of W.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

fn depth_of(first_token: u32, first_output: u32) -> u32 {
  return DEPTH;
}

fn left_of(head: u32, token: u32, i: u32) -> f32 {
  return x[token * DEPTH + i];
}

fn right_of(head: u32, output: u32, i: u32) -> f32 {
  return weights[output * DEPTH + i];
}

fn finished(sum: f32, output: u32) -> f32 {
  return sum + bias[output];
}
