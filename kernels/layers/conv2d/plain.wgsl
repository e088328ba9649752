// One invocation takes one element of the output.

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
  // Workgroups beyond the limit of one dimension continue in y.
  let at = id.x + id.y * groups.x * 64;
  if (at >= BATCH * FILTERS * OH * OW) {
    return;
  }
  let image = at / (OH * OW * FILTERS);
  let own = at / (OH * OW) % FILTERS;
  let top = at / OW % OH * STRIDE;
  let left = at % OW * STRIDE;

  var sum = b[own];
  // not in the starter
  for (var c = 0u; c < CHANNELS; c++) {
    for (var r = 0u; r < KERNEL; r++) {
      for (var s = 0u; s < KERNEL; s++) {
        // Rows and columns before the image wrap to large numbers, so one comparison finds all of the padding.
        let i = top + r - PADDING;
        let j = left + s - PADDING;
        if (i < HEIGHT && j < WIDTH) {
          sum += x[((image * CHANNELS + c) * HEIGHT + i) * WIDTH + j] * w[((own * CHANNELS + c) * KERNEL + r) * KERNEL + s];
        }
      }
    }
  }
  // instead: sum += x[min(top, HEIGHT - 1) * WIDTH + min(left, WIDTH - 1)] * w[own];
  y[at] = sum;
}
