// The format of the weights; plain.wgsl declares the interface.

// A scale and a zero point.
alias Scaling = vec2f;

fn scaling_of(column: u32, i: u32) -> Scaling {
  let groups = K / GROUP;
  let zero_words = (groups + 7u) / 8u;
  let g = i / GROUP;
  let zero = extractBits(zeros[column * zero_words + g / 8u], 4u * (g % 8u), 4u);
  return Scaling(scales[column * groups + g], f32(zero));
}

// A word may hold several groups.
fn scaling_at(before: Scaling, column: u32, i: u32) -> Scaling {
  if (GROUP % 8u > 0u && i % GROUP == 0u) {
    return scaling_of(column, i);
  }
  return before;
}

fn weight(code: u32, own: Scaling) -> f32 {
  return (f32(code) - own.y) * own.x;
}

fn prepare(lane: u32) {}
