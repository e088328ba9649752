// The sum along the inputs continues along the rank, so the update costs RANK more steps and no merged weights.

override INPUTS: u32;
override RANK: u32;
override STEPS: u32 = (INPUTS + 3u) / 4u;
// Indices from one row to the next.
override INPUTS_ROW: u32;
override RANK_ROW: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read> w: array<Element>;
@group(0) @binding(2) var<storage, read> lora_b: array<Element>;
@group(0) @binding(3) var<storage, read> low: array<Element>;

fn left(row: u32, step: u32) -> vec4f {
  let inside = min(row, ROWS - 1u);
  if (step < STEPS) {
    return x_vector(inside * INPUTS_ROW, step);
  }
  return low_vector(inside * RANK_ROW, step - STEPS);
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let columns = columns_of(quartet);
  if (step < STEPS) {
    let starts = columns * INPUTS_ROW;
    return transpose(mat4x4f(w_vector(starts.x, step), w_vector(starts.y, step), w_vector(starts.z, step), w_vector(starts.w, step)));
  }
  let starts = columns * RANK_ROW;
  let further = step - STEPS;
  return transpose(mat4x4f(lora_b_vector(starts.x, further), lora_b_vector(starts.y, further), lora_b_vector(starts.z, further), lora_b_vector(starts.w, further)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS + (RANK + 3u) / 4u);
}
