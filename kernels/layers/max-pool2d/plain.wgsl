// One invocation takes one element of the output.

override BATCH: u32;
override CHANNELS: u32;
override HEIGHT: u32;
override WIDTH: u32;
override KERNEL: u32;
override OH: u32;
override OW: u32;
override STRIDE: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let at = id.x + id.y * groups.x * 64;
  if (at >= BATCH * CHANNELS * OH * OW) {
    return;
  }
  let image = at / (OH * OW);
  let top = at / OW % OH * STRIDE;
  let left = at % OW * STRIDE;

  let corner = (image * HEIGHT + top) * WIDTH + left;
  var largest = x[corner];
  // not in the starter
  for (var r = 0u; r < KERNEL; r++) {
    for (var c = 0u; c < KERNEL; c++) {
      largest = max(largest, x[corner + r * WIDTH + c]);
    }
  }
  // instead: largest = max(largest, 0.0);
  y[at] = largest;
}
