// Bytes become f32 by a mask, a conversion and a factor: a CPU shifts lanes one by one. 1024 products of two bytes add up
// exactly in an f32; then they go to an i32.

override K: u32;
override WORDS: u32 = (K + 3u) / 4u;

@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;

// With its highest bit turned, a byte is larger by 128, and has no sign.
const UNSIGNED = 0x80808080u;
const MASKS = vec4u(0xff, 0xff00, 0xff0000, 0xff000000);
const FACTORS = vec4f(1, 0x1p-8, 0x1p-16, 0x1p-24);

fn left(row: u32, step: u32) -> vec4f {
  let word = a[min(row, ROWS - 1u) * WORDS + step] ^ UNSIGNED;
  return vec4f(vec4u(word) & MASKS) * FACTORS - 128.0;
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = columns_of(quartet) * WORDS + step;
  let words = vec4u(b[at.x], b[at.y], b[at.z], b[at.w]) ^ vec4u(UNSIGNED);
  return mat4x4f(
    byte(words, MASKS.x, FACTORS.x),
    byte(words, MASKS.y, FACTORS.y),
    byte(words, MASKS.z, FACTORS.z),
    byte(words, MASKS.w, FACTORS.w),
  );
}

fn byte(words: vec4u, mask: u32, factor: f32) -> vec4f {
  return vec4f(words & vec4u(mask)) * factor - 128.0;
}

const EXACT_STEPS = 256u;

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  if (WORDS <= EXACT_STEPS) {
    return sums_of(own, row, quartet, 0u, WORDS);
  }
  var upper: array<vec4i, 4>;
  var lower: array<vec4i, 4>;
  for (var first = 0u; first < WORDS; first += EXACT_STEPS) {
    let exact = sums_of(own, row, quartet, first, min(first + EXACT_STEPS, WORDS));
    for (var r = 0u; r < 4u; r++) {
      upper[r] += vec4i(exact.upper[r]);
      lower[r] += vec4i(exact.lower[r]);
    }
  }
  return Sums(floats(upper), floats(lower));
}

fn floats(rows: array<vec4i, 4>) -> mat4x4f {
  return mat4x4f(vec4f(rows[0]), vec4f(rows[1]), vec4f(rows[2]), vec4f(rows[3]));
}

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  let at = columns_of(quartet);
  return four * (a_scale[row] * vec4f(b_scale[at.x], b_scale[at.y], b_scale[at.z], b_scale[at.w]));
}
