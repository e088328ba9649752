// The format of the weights; plain.wgsl declares the interface.

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

// A block has whole words.
fn scaling_at(before: Scaling, column: u32, i: u32) -> Scaling {
  return before;
}

fn weight(code: u32, own: Scaling) -> f32 {
  return values[code] * own;
}
