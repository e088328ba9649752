// A workgroup takes 64 neighbouring outputs of one image, so that its windows overlap in the cache, and goes on to other
// images. Indices cost one division for each output; sizes are constants of the pipeline, so compilers unroll the loops.

override IMAGES: u32;
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
  let place = id.x;
  if (place >= OH * OW) {
    return;
  }
  let row = place / OW;
  let corner = row * STRIDE * WIDTH + (place - row * OW) * STRIDE;
  for (var image = id.y; image < IMAGES; image += groups.y) {
    let start = image * HEIGHT * WIDTH + corner;
    var largest = x[start];
    for (var r = 0u; r < KERNEL; r++) {
      for (var c = 0u; c < KERNEL; c++) {
        largest = max(largest, x[start + r * WIDTH + c]);
      }
    }
    y[image * OH * OW + place] = largest;
  }
}
