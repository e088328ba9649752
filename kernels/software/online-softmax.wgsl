// The largest of some values and the sum of the exponentials of their differences from it, in one reading, with one
// rescaling of the sum for a block (online softmax, Milakov and Gimelshein 2018). Blocks are those of `withRowBlocks`.
struct Online {
  maximum: f32,
  sum: f32,
}

// Of no values. The maximum is below everything that a row may hold, and finite: WGSL has no infinity.
const NONE = Online(-3.4e38, 0.0);

fn with_elements(before: Online, block: mat4x4f) -> Online {
  let maximum = max(before.maximum, largest(block));
  return Online(maximum, before.sum * exp(before.maximum - maximum) + total(exponentials(less(block, maximum))));
}

fn with_element(before: Online, value: f32) -> Online {
  let maximum = max(before.maximum, value);
  return Online(maximum, before.sum * exp(before.maximum - maximum) + exp(value - maximum));
}
