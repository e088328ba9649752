// A workgroup takes 64 places of one image and one filter, whose weights it keeps in workgroup memory, part by part.
override CHANNELS: u32;
override HEIGHT: u32;
override WIDTH: u32;
override FILTERS: u32;
override KERNEL: u32;
override OH: u32;
override OW: u32;
override IMAGES: u32;
override STRIDE: u32;
override PADDING: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

var<workgroup> weights: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn convolve(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let image = group.z * groups.y + group.y;
  if (image >= IMAGES) {
    return;
  }
  let filter_index = image % FILTERS;
  let n = image / FILTERS;
  let place = group.x * LANES + lane;
  let top = i32(place / OW * STRIDE) - i32(PADDING);
  let left = i32(place % OW * STRIDE) - i32(PADDING);
  let window = KERNEL * KERNEL;
  let count = CHANNELS * window;
  var sum = b[filter_index];
  for (var start = 0u; start < count; start += LANES) {
    if (start + lane < count) {
      weights[lane] = w[filter_index * count + start + lane];
    }
    workgroupBarrier();
    for (var at = start; at < min(start + LANES, count); at++) {
      let channel = at / window;
      let row = top + i32(at % window / KERNEL);
      let col = left + i32(at % KERNEL);
      if (row >= 0 && row < i32(HEIGHT) && col >= 0 && col < i32(WIDTH)) {
        let pixel = ((n * CHANNELS + channel) * HEIGHT + u32(row)) * WIDTH + u32(col);
        sum += weights[at - start] * x[pixel];
      }
    }
    workgroupBarrier();
  }
  if (place < OH * OW) {
    y[image * OH * OW + place] = sum;
  }
}
