const GROUP = 64u;

const NF4 = array<f32, 16>(
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
);

@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;

fn begin(columns: vec4u, group: u32) {}

fn weights(codes: vec4f) -> vec4f {
  let at = vec4u(codes);
  return vec4f(NF4[at.x], NF4[at.y], NF4[at.z], NF4[at.w]);
}

// Blocks are numbered through all of w.
fn scale(columns: vec4u, group: u32) -> vec4f {
  let block = columns * (K / GROUP) + group;
  return vec4f(absmax_of(block.x), absmax_of(block.y), absmax_of(block.z), absmax_of(block.w));
}

fn absmax_of(block: u32) -> f32 {
  let byte = extractBits(i32(absmax[block / 4u]), 8u * (block % 4u), 8u);
  return absmax_offset[0] + f32(byte) * absmax_scale[block / 256u];
}
