// A product by tiles (`tile.wgsl`) for each element of a window: rows are filters, columns places of the output, and the sum
// goes over the channels.

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
// Indices of y from one filter to the next.
override RESULT_ROW: u32;
override STEPS: u32 = (CHANNELS + 3u) / 4u;

// Vectors of four channels: of images, and of filters.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<Element>;

// The current element of the windows: its place in a kernel, and for four windows the index of its first channels, if it is
// inside of the image.
var<private> tap: u32;
var<private> inside: vec4<bool>;
var<private> first_channels: vec4u;

fn left(filter_: u32, step: u32) -> vec4f {
  return w[(min(filter_, FILTERS - 1u) * (KERNEL * KERNEL) + tap) * STEPS + step];
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = first_channels + step;
  return transpose(mat4x4f(
    select(vec4f(), x[at.x], inside.x),
    select(vec4f(), x[at.y], inside.y),
    select(vec4f(), x[at.z], inside.z),
    select(vec4f(), x[at.w], inside.w),
  ));
}

// x: tiles of places, y: tiles of filters; z goes on to further images.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u, own: Invocation) {
  let quartet = workgroup.x * LANES + own.lane;
  let filter_ = 8u * workgroup.y;
  let places = columns_of(quartet);
  let top = places / OW * STRIDE;
  let first = places % OW * STRIDE;
  for (var image = workgroup.z; image < BATCH; image += workgroups.z) {
    var all: Sums;
    for (var at = 0u; at < KERNEL * KERNEL; at++) {
      tap = at;
      // Rows and columns before the image wrap to large numbers.
      let i = top + at / KERNEL - PADDING;
      let j = first + at % KERNEL - PADDING;
      inside = (i < vec4u(HEIGHT)) & (j < vec4u(WIDTH));
      first_channels = (image * (HEIGHT * WIDTH) + select(vec4u(), i * WIDTH + j, inside)) * STEPS;
      let part = sums_of(own, filter_, quartet, 0u, STEPS);
      all.upper += part.upper;
      all.lower += part.lower;
    }
    put_filters(image, filter_, quartet, all.upper);
    put_filters(image, filter_ + 4u, quartet, all.lower);
  }
}

fn put_filters(image: u32, filter_: u32, quartet: u32, sums: mat4x4f) {
  if (4u * quartet >= OH * OW) {
    return;
  }
  for (var f = 0u; f < 4u && filter_ + f < FILTERS; f++) {
    set_y_vector((image * FILTERS + filter_ + f) * RESULT_ROW, quartet, sums[f] + b[filter_ + f]);
  }
}
