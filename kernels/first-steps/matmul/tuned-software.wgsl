// Rows of both factors are read as vectors.

override K: u32;
override STEPS: u32 = (K + 3u) / 4u;
// Indices from one row to the next.
override A_ROW: u32;
override B_ROW: u32;

@group(0) @binding(0) var<storage, read> a: array<Element>;
@group(0) @binding(1) var<storage, read> b: array<Element>;

fn left(row: u32, step: u32) -> vec4f {
  return a_vector(min(row, ROWS - 1u) * A_ROW, step);
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = min(4u * step + vec4u(0, 1, 2, 3), vec4u(K - 1u)) * B_ROW;
  let inside = min(quartet, (COLUMNS - 1u) / 4u);
  return mat4x4f(b_vector(at.x, inside), b_vector(at.y, inside), b_vector(at.z, inside), b_vector(at.w, inside));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}
