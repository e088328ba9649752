// Computed once for each component, before the tiles: the columns of P as rows, means·P, and the constant part of the
// log-density.

override D: u32;
override K: u32;

const LOG_TWO_PI = 1.8378770664093453;

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> precision_cholesky: array<f32>;
// [K, D, D], with zeros above the diagonal: scratch holds zeros before.
@group(0) @binding(3) var<storage, read_write> factors: array<f32>;
// [K, D]
@group(0) @binding(4) var<storage, read_write> projected_means: array<f32>;
@group(0) @binding(5) var<storage, read_write> constants: array<f32>;

@compute @workgroup_size(8)
fn project(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x / D;
  let column = id.x % D;
  if (component >= K) {
    return;
  }
  var projected = 0.0;
  for (var row = 0u; row <= column; row++) {
    let factor = precision_cholesky[(component * D + row) * D + column];
    factors[id.x * D + row] = factor;
    projected += means[component * D + row] * factor;
  }
  projected_means[id.x] = projected;
}

@compute @workgroup_size(8)
fn weigh(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x;
  if (component >= K) {
    return;
  }
  var constant = log(weights[component]) - 0.5 * f32(D) * LOG_TWO_PI;
  for (var column = 0u; column < D; column++) {
    constant += log(precision_cholesky[(component * D + column) * D + column]);
  }
  constants[component] = constant;
}
