// An invocation takes one place of the output, for four filters: each element of x serves four products. The 64 invocations
// of a workgroup take neighbouring places, whose windows overlap in the cache, and all read the same weights. Workgroups go
// on to further images.

override BATCH: u32;
override CHANNELS: u32;
override HEIGHT: u32;
override WIDTH: u32;
override FILTERS: u32;
override KERNEL: u32;
override OH: u32;
override OW: u32;
override STRIDE: u32;
override PADDING: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= OH * OW) {
    return;
  }
  let top = place / OW * STRIDE;
  let left = place % OW * STRIDE;
  // Past the last filter, the last one is computed again, and not written.
  let first = id.y * 4;
  let filters = min(vec4u(first, first + 1, first + 2, first + 3), vec4u(FILTERS - 1));
  let starts = filters * CHANNELS * KERNEL * KERNEL;

  for (var image = id.z; image < BATCH; image += groups.z) {
    var sums = vec4f(b[filters.x], b[filters.y], b[filters.z], b[filters.w]);
    for (var c = 0u; c < CHANNELS; c++) {
      for (var r = 0u; r < KERNEL; r++) {
        // Rows and columns before the image wrap to large numbers.
        let i = top + r - PADDING;
        if (i >= HEIGHT) {
          continue;
        }
        let row = ((image * CHANNELS + c) * HEIGHT + i) * WIDTH;
        for (var s = 0u; s < KERNEL; s++) {
          let j = left + s - PADDING;
          if (j < WIDTH) {
            let at = starts + (c * KERNEL + r) * KERNEL + s;
            sums += x[row + j] * vec4f(w[at.x], w[at.y], w[at.z], w[at.w]);
          }
        }
      }
    }
    for (var f = 0u; f < 4 && first + f < FILTERS; f++) {
      y[(image * FILTERS + first + f) * OH * OW + place] = sums[f];
    }
  }
}
