// Rows of both factors are whole vectors.

// Vectors in a row of a, and in a row of b.
override STEPS: u32;
override QUARTETS: u32;

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

fn left(row: u32, step: u32) -> vec4f {
  return a[min(row, ROWS - 1u) * STEPS + step];
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = 4u * step * QUARTETS + min(quartet, QUARTETS - 1u);
  return mat4x4f(b[at], b[at + QUARTETS], b[at + 2u * QUARTETS], b[at + 3u * QUARTETS]);
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four;
}
