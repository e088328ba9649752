// A projection, y = W x + b, as a matrix product in tiles: a workgroup of SIDE × SIDE invocations takes 4 SIDE tokens ×
// 4 SIDE outputs, each invocation 4 × 4 of them. Slices of 8 columns of x and of W are staged in workgroup memory, so that
// each element is read once for 4 SIDE results; a vec4f holds four tokens, or four outputs, of one column.

override TOKENS: u32;
override MODEL: u32;
override SIDE: u32;

const SLICE = 8u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// [column of the slice, quartet of tokens, or of outputs]
var<workgroup> x_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> weights_slice: array<vec4f, SLICE * SIDE>;

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) own: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_token = group.y * 4u * SIDE;
  let first_output = group.x * 4u * SIDE;

  var sums: mat4x4f;
  for (var slice = 0u; slice < MODEL; slice += SLICE) {
    // Neighbouring lanes read neighbouring columns.
    for (var place = lane; place < SLICE * SIDE; place += SIDE * SIDE) {
      let column = place % SLICE;
      let quartet = place / SLICE;
      var x_values = vec4f();
      var weights_values = vec4f();
      for (var r = 0u; r < 4u; r++) {
        let token = first_token + quartet * 4u + r;
        let output = first_output + quartet * 4u + r;
        if (slice + column < MODEL) {
          if (token < TOKENS) {
            x_values[r] = x[token * MODEL + slice + column];
          }
          if (output < MODEL) {
            weights_values[r] = weights[output * MODEL + slice + column];
          }
        }
      }
      x_slice[column * SIDE + quartet] = x_values;
      weights_slice[column * SIDE + quartet] = weights_values;
    }
    workgroupBarrier();
    for (var column = 0u; column < SLICE; column++) {
      let w = weights_slice[column * SIDE + own.x];
      let tokens = x_slice[column * SIDE + own.y];
      sums[0] += tokens.x * w;
      sums[1] += tokens.y * w;
      sums[2] += tokens.z * w;
      sums[3] += tokens.w * w;
    }
    workgroupBarrier();
  }

  for (var r = 0u; r < 4u; r++) {
    let token = first_token + own.y * 4u + r;
    for (var c = 0u; c < 4u; c++) {
      let output = first_output + own.x * 4u + c;
      if (token < TOKENS && output < MODEL) {
        y[token * MODEL + output] = sums[r][c] + bias[output];
      }
    }
  }
}
