// One invocation takes one hidden unit, all four of its gates, in up to four rows: a weight that it reads serves four
// rows, and an element of x or h serves four gates. As one pass cannot bind nine tensors, the first adds up the inputs'
// part, the second the state's, and computes the new state at once.

override BATCH: u32;
override INPUTS: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w_ih: array<f32>;
@group(0) @binding(2) var<storage, read> b_ih: array<f32>;
@group(0) @binding(3) var<storage, read> b_hh: array<f32>;
// The four gates of a unit, [BATCH, HIDDEN].
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

@group(0) @binding(0) var<storage, read> partial: array<vec4f>;
@group(0) @binding(1) var<storage, read> h: array<f32>;
@group(0) @binding(2) var<storage, read> w_hh: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@group(0) @binding(4) var<storage, read_write> h_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> c_out: array<f32>;

const ROWS = 4u;

@compute @workgroup_size(64)
fn from_inputs(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  let unit = index % HIDDEN;
  let first = index / HIDDEN * ROWS;
  if (first >= BATCH) {
    return;
  }
  let units = unit + HIDDEN * vec4u(0, 1, 2, 3);

  var own: mat4x4f;
  for (var i = 0u; i < INPUTS; i++) {
    let at = units * INPUTS + i;
    let weights = vec4f(w_ih[at.x], w_ih[at.y], w_ih[at.z], w_ih[at.w]);
    for (var r = 0u; r < ROWS; r++) {
      // Rows past the last repeat it, and are not stored.
      own[r] += weights * x[min(first + r, BATCH - 1) * INPUTS + i];
    }
  }
  let bias = vec4f(b_ih[units.x], b_ih[units.y], b_ih[units.z], b_ih[units.w])
    + vec4f(b_hh[units.x], b_hh[units.y], b_hh[units.z], b_hh[units.w]);
  for (var r = 0u; r < min(ROWS, BATCH - first); r++) {
    sums[(first + r) * HIDDEN + unit] = own[r] + bias;
  }
}

@compute @workgroup_size(64)
fn from_state(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  let unit = index % HIDDEN;
  let first = index / HIDDEN * ROWS;
  if (first >= BATCH) {
    return;
  }
  let units = unit + HIDDEN * vec4u(0, 1, 2, 3);

  var own: mat4x4f;
  for (var j = 0u; j < HIDDEN; j++) {
    let at = units * HIDDEN + j;
    let weights = vec4f(w_hh[at.x], w_hh[at.y], w_hh[at.z], w_hh[at.w]);
    for (var r = 0u; r < ROWS; r++) {
      own[r] += weights * h[min(first + r, BATCH - 1) * HIDDEN + j];
    }
  }
  for (var r = 0u; r < min(ROWS, BATCH - first); r++) {
    let at = (first + r) * HIDDEN + unit;
    let gates = own[r] + partial[at];
    let open = 1.0 / (1.0 + exp(-gates.xyw));
    let state = open.y * c[at] + open.x * tanh(gates.z);
    c_out[at] = state;
    h_out[at] = open.z * tanh(state);
  }
}
