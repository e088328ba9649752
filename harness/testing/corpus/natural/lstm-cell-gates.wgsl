override BATCH: u32;
override INPUTS: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> h: array<f32>;
@group(0) @binding(2) var<storage, read> w_ih: array<f32>;
@group(0) @binding(3) var<storage, read> w_hh: array<f32>;
@group(0) @binding(4) var<storage, read> b_ih: array<f32>;
@group(0) @binding(5) var<storage, read> b_hh: array<f32>;
@group(0) @binding(6) var<storage, read_write> z: array<f32>;

@compute @workgroup_size(64)
fn add_up(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  let units = 4u * HIDDEN;
  if (at >= BATCH * units) {
    return;
  }
  let row = at / units;
  let unit = at % units;
  var sum = b_ih[unit] + b_hh[unit];
  for (var n = 0u; n < INPUTS; n++) {
    sum += w_ih[unit * INPUTS + n] * x[row * INPUTS + n];
  }
  for (var m = 0u; m < HIDDEN; m++) {
    sum += w_hh[unit * HIDDEN + m] * h[row * HIDDEN + m];
  }
  z[at] = sum;
}
