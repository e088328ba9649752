// A projection, y = W x + b, as a product of tokens and rows of W, which are whole vectors.

// Vectors in a row.
override STEPS: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

fn left(row: u32, step: u32) -> vec4f {
  return x[min(row, ROWS - 1u) * STEPS + step];
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = columns_of(quartet) * STEPS + step;
  return transpose(mat4x4f(w[at.x], w[at.y], w[at.z], w[at.w]));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four + bias[quartet];
}
