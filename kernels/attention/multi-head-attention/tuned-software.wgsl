// A projection, y = W x + b, as a product of tokens and rows of W, which are read as vectors.

override MODEL: u32;
override STEPS: u32 = (MODEL + 3u) / 4u;
// Indices from one row to the next.
override ROW: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read> w: array<Element>;
@group(0) @binding(2) var<storage, read> bias: array<Element>;
@group(0) @binding(3) var<storage, read_write> result: array<Element>;

fn left(row: u32, step: u32) -> vec4f {
  return x_vector(min(row, ROWS - 1u) * ROW, step);
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * ROW;
  return transpose(mat4x4f(w_vector(starts.x, step), w_vector(starts.y, step), w_vector(starts.z, step), w_vector(starts.w, step)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four + bias_vector(0u, quartet);
}
