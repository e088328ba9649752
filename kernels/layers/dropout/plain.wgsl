// One invocation takes one element.

override SIZE: u32;
override RATE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> key: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const ROUNDS = 10u;
const MULTIPLIERS = vec2u(0xd2511f53, 0xcd9e8d57);
const KEY_STEPS = vec2u(0x9e3779b9, 0xbb67ae85);

// The upper 32 bits of a product of 64, from products of 16-bit halves.
fn upperHalf(a: u32, b: u32) -> u32 {
  let low = (a & 0xffff) * (b & 0xffff);
  let first = (a >> 16) * (b & 0xffff) + (low >> 16);
  let second = (a & 0xffff) * (b >> 16) + (first & 0xffff);
  return (a >> 16) * (b >> 16) + (first >> 16) + (second >> 16);
}

fn philox(block: u32) -> vec4u {
  var counter = vec4u(block, 0, 0, 0);
  var round_key = vec2u(key[0], key[1]);
  // not in the starter
  for (var round = 0u; round < ROUNDS; round++) {
    counter = vec4u(
      upperHalf(MULTIPLIERS.y, counter.z) ^ counter.y ^ round_key.x,
      MULTIPLIERS.y * counter.z,
      upperHalf(MULTIPLIERS.x, counter.x) ^ counter.w ^ round_key.y,
      MULTIPLIERS.x * counter.x,
    );
    round_key += KEY_STEPS;
  }
  // instead: counter.x ^= round_key.x * MULTIPLIERS.x;
  return counter;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 64;
  if (i >= SIZE) {
    return;
  }
  // A product with a power of two is exact.
  let threshold = u32(RATE * 4294967296.0);
  let word = philox(i / 4)[i % 4];
  y[i] = select(0.0, x[i] / (1 - RATE), word >= threshold);
}
