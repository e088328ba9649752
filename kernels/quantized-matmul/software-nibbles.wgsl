// Weights of 4 bits in groups of whole words. A format declares GROUP, `begin(columns, group)`, before a group, and
// `weights(codes)`, the weights of four codes without the group's `scale(columns, group)`, by which its sums are multiplied.

override K: u32;
override STEPS: u32 = K / 4u;
override WORDS: u32 = K / 8u;

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<u32>;

fn left(row: u32, step: u32) -> vec4f {
  return a[min(row, ROWS - 1u) * STEPS + step];
}

// Codes become f32 by a mask, a conversion and a factor: a CPU shifts lanes one by one.
fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = columns_of(quartet) * WORDS + step / 2u;
  let words = vec4u(w[at.x], w[at.y], w[at.z], w[at.w]);
  let is_upper = step % 2u > 0u;
  let first = select(0xfu, 0xfu << 16u, is_upper);
  let factor = select(1.0, 0x1p-16, is_upper);
  return mat4x4f(
    weights(vec4f(words & vec4u(first)) * factor),
    weights(vec4f(words & vec4u(first * 0x10u)) * (factor * 0x1p-4)),
    weights(vec4f(words & vec4u(first * 0x100u)) * (factor * 0x1p-8)),
    weights(vec4f(words & vec4u(first * 0x1000u)) * (factor * 0x1p-12)),
  );
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  let columns = columns_of(quartet);
  var all: Sums;
  for (var group = 0u; group < K / GROUP; group++) {
    begin(columns, group);
    let part = sums_of(own, row, quartet, group * (GROUP / 4u), (group + 1u) * (GROUP / 4u));
    let factors = scale(columns, group);
    all.upper += scaled(part.upper, factors);
    all.lower += scaled(part.lower, factors);
  }
  return all;
}

fn scaled(rows: mat4x4f, factors: vec4f) -> mat4x4f {
  return mat4x4f(rows[0] * factors, rows[1] * factors, rows[2] * factors, rows[3] * factors);
}
