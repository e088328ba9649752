override GROUP: u32;

@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> zeros: array<u32>;

// The zero points of the current group.
var<private> zero: vec4f;

fn begin(columns: vec4u, group: u32) {
  let at = columns * ((K / GROUP + 7u) / 8u) + group / 8u;
  let words = vec4u(zeros[at.x], zeros[at.y], zeros[at.z], zeros[at.w]);
  zero = vec4f(extractBits(words, 4u * (group % 8u), 4u));
}

fn weights(codes: vec4f) -> vec4f {
  return codes - zero;
}

fn scale(columns: vec4u, group: u32) -> vec4f {
  let at = columns * (K / GROUP) + group;
  return vec4f(scales[at.x], scales[at.y], scales[at.z], scales[at.w]);
}
