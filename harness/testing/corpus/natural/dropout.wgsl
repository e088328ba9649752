override SIZE: u32;
override RATE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> key: array<u32, 2>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// The upper half of a product of 64 bits, by halves of 16.
fn upper(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let low = a_low * b_low;
  let middle = a_high * b_low + (low >> 16u);
  let other = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (other >> 16u);
}

fn philox(block: u32) -> vec4u {
  var c = vec4u(block, 0u, 0u, 0u);
  var k = vec2u(key[0], key[1]);
  for (var round = 0u; round < 10u; round++) {
    c = vec4u(
      upper(0xcd9e8d57u, c.z) ^ c.y ^ k.x,
      0xcd9e8d57u * c.z,
      upper(0xd2511f53u, c.x) ^ c.w ^ k.y,
      0xd2511f53u * c.x,
    );
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

@compute @workgroup_size(64)
fn drop(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let block = id.y * groups.x * 64u + id.x;
  if (block >= (SIZE + 3u) / 4u) {
    return;
  }
  let threshold = u32(RATE * 4294967296.0);
  let words = philox(block);
  for (var word = 0u; word < 4u; word++) {
    let i = 4u * block + word;
    if (i < SIZE) {
      y[i] = select(0.0, x[i] / (1.0 - RATE), words[word] >= threshold);
    }
  }
}
