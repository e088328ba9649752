// A workgroup takes a row of the output.
override ROWS: u32;
override HEIGHT: u32;
override WIDTH: u32;
override KERNEL: u32;
override OH: u32;
override OW: u32;
override STRIDE: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(32)
fn pool(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let row = group.y * groups.x + group.x;
  if (row >= ROWS) {
    return;
  }
  let image = row / OH;
  let top = row % OH * STRIDE;
  for (var j = local.x; j < OW; j += 32u) {
    let corner = (image * HEIGHT + top) * WIDTH + j * STRIDE;
    var largest = x[corner];
    for (var r = 0u; r < KERNEL; r++) {
      for (var s = 0u; s < KERNEL; s++) {
        largest = max(largest, x[corner + r * WIDTH + s]);
      }
    }
    y[row * OW + j] = largest;
  }
}
