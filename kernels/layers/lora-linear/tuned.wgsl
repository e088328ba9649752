// `reduce`: x·aᵀ, scaled. Its few columns share little, so a workgroup takes eight of its elements, with eight lanes for
// each, which stride along a row of x and of a, and add their sums as a tree.
//
// `project`: a workgroup of SIDE by SIDE invocations takes 4 SIDE tokens and 4 SIDE outputs, each invocation 4 by 4 of
// them. The sum along the inputs continues along the rank, so the update costs RANK more steps and no merged weights.
// Slices of 8 columns are copied to workgroup memory; a vec4f holds four tokens, or four outputs, of one column.

override TOKENS: u32;
override INPUTS: u32;
override OUTPUTS: u32;
override RANK: u32;
override ALPHA: f32;
override SIDE: u32;

const LANES = 64u;
// Lanes that share an element in `reduce`.
const PARTS = 8u;
const SLICE = 8u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> lora_a: array<f32>;
// [TOKENS, RANK]
@group(0) @binding(2) var<storage, read_write> reduced: array<f32>;

@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> lora_b: array<f32>;
@group(0) @binding(3) var<storage, read> low: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn reduce(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Workgroups beyond the limit of one dimension continue in y. Lanes without an element add nothing.
  let element = (group.x + group.y * groups.x) * (LANES / PARTS) + lane / PARTS;
  let part = lane % PARTS;
  let token = element / RANK;
  let r = element % RANK;

  var own = 0.0;
  for (var i = part; i < INPUTS && token < TOKENS; i += PARTS) {
    own += x[token * INPUTS + i] * lora_a[r * INPUTS + i];
  }
  partials[lane] = own;
  workgroupBarrier();
  for (var width = PARTS / 2; width > 0; width /= 2) {
    if (part < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  if (part == 0 && token < TOKENS) {
    reduced[element] = ALPHA / f32(RANK) * partials[lane];
  }
}

// [column of the slice, quartet of tokens, or of outputs]
var<workgroup> token_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> weight_slice: array<vec4f, SLICE * SIDE>;

@compute @workgroup_size(SIDE, SIDE)
fn project(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) own: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_token = group.y * 4 * SIDE;
  let first_output = group.x * 4 * SIDE;

  var sums: mat4x4f;
  for (var start = 0u; start < INPUTS + RANK; start += SLICE) {
    // Neighbouring lanes read neighbouring columns. Zeros fill the slices past the ends.
    for (var place = lane; place < SLICE * SIDE; place += SIDE * SIDE) {
      let column = start + place % SLICE;
      let quartet = place / SLICE;
      var tokens = vec4f();
      var weights = vec4f();
      for (var r = 0u; r < 4; r++) {
        let token = first_token + 4 * quartet + r;
        let output = first_output + 4 * quartet + r;
        if (token < TOKENS) {
          tokens[r] = tokenColumn(token, column);
        }
        if (output < OUTPUTS) {
          weights[r] = weightColumn(output, column);
        }
      }
      let at = place % SLICE * SIDE + quartet;
      token_slice[at] = tokens;
      weight_slice[at] = weights;
    }
    workgroupBarrier();
    for (var depth = 0u; depth < SLICE; depth++) {
      let tokens = token_slice[depth * SIDE + own.y];
      let weights = weight_slice[depth * SIDE + own.x];
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
      if (token < TOKENS && output < OUTPUTS) {
        y[token * OUTPUTS + output] = sums[r][s];
      }
    }
  }
}

// Columns of x, then those of its reduced form, then zeros.
fn tokenColumn(token: u32, column: u32) -> f32 {
  if (column < INPUTS) {
    return x[token * INPUTS + column];
  }
  if (column < INPUTS + RANK) {
    return low[token * RANK + column - INPUTS];
  }
  return 0.0;
}

fn weightColumn(output: u32, column: u32) -> f32 {
  if (column < INPUTS) {
    return w[output * INPUTS + column];
  }
  if (column < INPUTS + RANK) {
    return lora_b[output * RANK + column - INPUTS];
  }
  return 0.0;
}
