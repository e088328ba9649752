override N: u32;
override HIDDEN: u32;
override OUTPUTS: u32;
override INPUTS: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> e: array<f32>;
@group(0) @binding(2) var<storage, read> w2: array<f32>;
@group(0) @binding(3) var<storage, read_write> d: array<f32>;

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  for (var unit = 0u; unit < HIDDEN; unit++) {
    var sum = 0.0;
    for (var o = 0u; o < OUTPUTS; o++) {
      sum += w2[o * HIDDEN + unit] * e[row * OUTPUTS + o];
    }
    let activation = a[row * HIDDEN + unit];
    d[row * HIDDEN + unit] = activation * (1.0 - activation) * sum;
  }
}
