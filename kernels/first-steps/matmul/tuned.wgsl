// A workgroup of SIDE by SIDE invocations takes a square tile of c, each invocation 4 by 4 of its elements. Slices of 8
// columns of a and 8 rows of b are copied to workgroup memory: each element is read from storage once for 4 SIDE
// products, and from workgroup memory once for 4.

override M: u32;
override N: u32;
override K: u32;
// At least SLICE.
override SIDE: u32;

const SLICE = 8u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

// For each index along k, SIDE quartets of neighbouring rows of a, and of neighbouring columns of b.
var<workgroup> a_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> b_slice: array<vec4f, SLICE * SIDE>;

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) own: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_row = group.y * 4 * SIDE;
  let first_column = group.x * 4 * SIDE;

  var sums: mat4x4f;
  for (var start = 0u; start < K; start += SLICE) {
    // Neighbouring lanes read neighbouring elements of both. Zeros fill the slices past the ends.
    if (lane < SLICE * SIDE) {
      var a_values = vec4f();
      let a_depth = lane % SLICE;
      let a_quartet = lane / SLICE;
      if (start + a_depth < K) {
        for (var r = 0u; r < 4; r++) {
          let row = first_row + 4 * a_quartet + r;
          if (row < M) {
            a_values[r] = a[row * K + start + a_depth];
          }
        }
      }
      a_slice[a_depth * SIDE + a_quartet] = a_values;

      var b_values = vec4f();
      let b_depth = lane / SIDE;
      let b_quartet = lane % SIDE;
      if (start + b_depth < K) {
        for (var s = 0u; s < 4; s++) {
          let column = first_column + 4 * b_quartet + s;
          if (column < N) {
            b_values[s] = b[(start + b_depth) * N + column];
          }
        }
      }
      b_slice[lane] = b_values;
    }
    workgroupBarrier();
    for (var depth = 0u; depth < SLICE; depth++) {
      let rows = a_slice[depth * SIDE + own.y];
      let columns = b_slice[depth * SIDE + own.x];
      sums[0] += rows.x * columns;
      sums[1] += rows.y * columns;
      sums[2] += rows.z * columns;
      sums[3] += rows.w * columns;
    }
    workgroupBarrier();
  }

  for (var r = 0u; r < 4; r++) {
    for (var s = 0u; s < 4; s++) {
      let row = first_row + 4 * own.y + r;
      let column = first_column + 4 * own.x + s;
      if (row < M && column < N) {
        c[row * N + column] = sums[r][s];
      }
    }
  }
}
