// One invocation takes four elements, so that all four words of a block are used. The threshold and the scale come from the
// plan.

override SIZE: u32;
override THRESHOLD: u32;
override SCALE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> key: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const ROUNDS = 10u;
const MULTIPLIERS = vec2u(0xd2511f53, 0xcd9e8d57);
const KEY_STEPS = vec2u(0x9e3779b9, 0xbb67ae85);

// The upper 32 bits of two products of 64, from products of 16-bit halves.
fn upperHalves(a: vec2u, b: vec2u) -> vec2u {
  let low = (a & vec2u(0xffff)) * (b & vec2u(0xffff));
  let first = (a >> vec2u(16)) * (b & vec2u(0xffff)) + (low >> vec2u(16));
  let second = (a & vec2u(0xffff)) * (b >> vec2u(16)) + (first & vec2u(0xffff));
  return (a >> vec2u(16)) * (b >> vec2u(16)) + (first >> vec2u(16)) + (second >> vec2u(16));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let block = id.x + id.y * groups.x * 256;
  if (block * 4 >= SIZE) {
    return;
  }
  var words = vec4u(block, 0, 0, 0);
  var round_key = vec2u(key[0], key[1]);
  for (var round = 0u; round < ROUNDS; round++) {
    let upper = upperHalves(MULTIPLIERS, words.xz);
    let lower = MULTIPLIERS * words.xz;
    words = vec4u(upper.y ^ words.y ^ round_key.x, lower.y, upper.x ^ words.w ^ round_key.y, lower.x);
    round_key += KEY_STEPS;
  }
  for (var n = 0u; n < min(4, SIZE - block * 4); n++) {
    let i = block * 4 + n;
    y[i] = select(0.0, x[i] * SCALE, words[n] >= THRESHOLD);
  }
}
