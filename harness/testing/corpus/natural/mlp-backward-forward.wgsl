// An invocation takes a row: its activations, then its errors.
override N: u32;
override INPUTS: u32;
override HIDDEN: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w1: array<f32>;
@group(0) @binding(2) var<storage, read> b1: array<f32>;
@group(0) @binding(3) var<storage, read> w2: array<f32>;
@group(0) @binding(4) var<storage, read> b2: array<f32>;
@group(0) @binding(5) var<storage, read> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> a: array<f32>;
@group(0) @binding(7) var<storage, read_write> e: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  for (var unit = 0u; unit < HIDDEN; unit++) {
    var sum = b1[unit];
    for (var i = 0u; i < INPUTS; i++) {
      sum += w1[unit * INPUTS + i] * x[row * INPUTS + i];
    }
    a[row * HIDDEN + unit] = 1.0 / (1.0 + exp(-sum));
  }
  for (var o = 0u; o < OUTPUTS; o++) {
    var p = b2[o];
    for (var unit = 0u; unit < HIDDEN; unit++) {
      p += w2[o * HIDDEN + unit] * a[row * HIDDEN + unit];
    }
    e[row * OUTPUTS + o] = 2.0 * (p - y[row * OUTPUTS + o]) / f32(N * OUTPUTS);
  }
}
