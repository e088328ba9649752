const NF4 = array<f32, 16>(
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
);

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

// The code book: a constant array indexed by a variable may live in slow memory.
var<workgroup> values: array<f32, 16>;

fn prepare(lane: u32) {
  if (lane < 16u) {
    values[lane] = NF4[lane];
  }
  workgroupBarrier();
}

const GROUP = 64u;

// A block's absmax.
alias Scaling = f32;

fn scaling_of(column: u32, i: u32) -> Scaling {
  let block = column * (K / GROUP) + i / GROUP;
  let byte = extractBits(i32(absmax[block / 4u]), 8u * (block % 4u), 8u);
  return absmax_offset[0] + f32(byte) * absmax_scale[block / 256u];
}

fn weight(code: u32, own: Scaling) -> f32 {
  return values[code] * own;
}
