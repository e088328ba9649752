// Two passes of matrix products in tiles. A workgroup of SIDE by SIDE invocations takes 4 SIDE tokens and 4 SIDE outputs,
// each invocation 4 by 4 of them. Slices of 8 columns are copied to workgroup memory, so that each element is read from
// storage once for 4 SIDE products; a vec4f holds four tokens, or four outputs, of one column. The first pass computes
// both projections of a tile together: they share the slices of x, and their sums never leave the invocation.

override TOKENS: u32;
override MODEL: u32;
override HIDDEN: u32;
override SIDE: u32;

const SLICE = 8u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w_gate: array<f32>;
@group(0) @binding(2) var<storage, read> w_up: array<f32>;
// [TOKENS, HIDDEN]
@group(0) @binding(3) var<storage, read_write> activations: array<f32>;

@group(0) @binding(0) var<storage, read> activated: array<f32>;
@group(0) @binding(1) var<storage, read> w_down: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

// [column of the slice, quartet of tokens, or of outputs]
var<workgroup> token_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> gate_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> up_slice: array<vec4f, SLICE * SIDE>;

fn silu(z: vec4f) -> vec4f {
  return z / (1.0 + exp(-z));
}

@compute @workgroup_size(SIDE, SIDE)
fn activate(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) own: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_token = group.y * 4 * SIDE;
  let first_unit = group.x * 4 * SIDE;

  var gates: mat4x4f;
  var ups: mat4x4f;
  for (var start = 0u; start < MODEL; start += SLICE) {
    // Neighbouring lanes read neighbouring columns. Zeros fill the slices past the ends.
    for (var place = lane; place < SLICE * SIDE; place += SIDE * SIDE) {
      let column = start + place % SLICE;
      let quartet = place / SLICE;
      var tokens = vec4f();
      var gate = vec4f();
      var up = vec4f();
      if (column < MODEL) {
        for (var r = 0u; r < 4; r++) {
          let token = first_token + 4 * quartet + r;
          let unit = first_unit + 4 * quartet + r;
          if (token < TOKENS) {
            tokens[r] = x[token * MODEL + column];
          }
          if (unit < HIDDEN) {
            gate[r] = w_gate[unit * MODEL + column];
            up[r] = w_up[unit * MODEL + column];
          }
        }
      }
      let at = place % SLICE * SIDE + quartet;
      token_slice[at] = tokens;
      gate_slice[at] = gate;
      up_slice[at] = up;
    }
    workgroupBarrier();
    for (var depth = 0u; depth < SLICE; depth++) {
      let tokens = token_slice[depth * SIDE + own.y];
      let gate = gate_slice[depth * SIDE + own.x];
      let up = up_slice[depth * SIDE + own.x];
      gates[0] += tokens.x * gate;
      gates[1] += tokens.y * gate;
      gates[2] += tokens.z * gate;
      gates[3] += tokens.w * gate;
      ups[0] += tokens.x * up;
      ups[1] += tokens.y * up;
      ups[2] += tokens.z * up;
      ups[3] += tokens.w * up;
    }
    workgroupBarrier();
  }

  for (var r = 0u; r < 4; r++) {
    let token = first_token + 4 * own.y + r;
    let products = silu(gates[r]) * ups[r];
    for (var s = 0u; s < 4; s++) {
      let unit = first_unit + 4 * own.x + s;
      if (token < TOKENS && unit < HIDDEN) {
        activations[token * HIDDEN + unit] = products[s];
      }
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn project(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) own: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_token = group.y * 4 * SIDE;
  let first_output = group.x * 4 * SIDE;

  var sums: mat4x4f;
  for (var start = 0u; start < HIDDEN; start += SLICE) {
    for (var place = lane; place < SLICE * SIDE; place += SIDE * SIDE) {
      let unit = start + place % SLICE;
      let quartet = place / SLICE;
      var tokens = vec4f();
      var weights = vec4f();
      if (unit < HIDDEN) {
        for (var r = 0u; r < 4; r++) {
          let token = first_token + 4 * quartet + r;
          let output = first_output + 4 * quartet + r;
          if (token < TOKENS) {
            tokens[r] = activated[token * HIDDEN + unit];
          }
          if (output < MODEL) {
            weights[r] = w_down[output * HIDDEN + unit];
          }
        }
      }
      let at = place % SLICE * SIDE + quartet;
      token_slice[at] = tokens;
      gate_slice[at] = weights;
    }
    workgroupBarrier();
    for (var depth = 0u; depth < SLICE; depth++) {
      let tokens = token_slice[depth * SIDE + own.y];
      let weights = gate_slice[depth * SIDE + own.x];
      sums[0] += tokens.x * weights;
      sums[1] += tokens.y * weights;
      sums[2] += tokens.z * weights;
      sums[3] += tokens.w * weights;
    }
    workgroupBarrier();
  }

  for (var r = 0u; r < 4; r++) {
    let token = first_token + 4 * own.y + r;
    for (var s = 0u; s < 4; s++) {
      let output = first_output + 4 * own.x + s;
      if (token < TOKENS && output < MODEL) {
        out[token * MODEL + output] = sums[r][s];
      }
    }
  }
}
