// The loss of predictions that are all zero.

override N: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < N * OUTPUTS; i++) {
    sum += y[i] * y[i];
  }
  loss[0] = sum / f32(N * OUTPUTS);
}
