// The update's part is added to the sums of `linear.wgsl`: RANK steps more, and no merged weights.

override RANK: u32;
override RANK_STEPS: u32 = (RANK + 3u) / 4u;
// Indices from one row to the next.
override RANK_ROW: u32;

@group(0) @binding(2) var<storage, read> lora_b: array<Element>;
@group(0) @binding(3) var<storage, read> low: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  let starts = columns_of(quartet) * RANK_ROW;
  var all = four;
  for (var step = 0u; step < RANK_STEPS; step++) {
    let rows = transpose(mat4x4f(lora_b_vector(starts.x, step), lora_b_vector(starts.y, step), lora_b_vector(starts.z, step), lora_b_vector(starts.w, step)));
    all += rows * low_vector(row * RANK_ROW, step);
  }
  return all;
}
