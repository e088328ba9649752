// For `elements.wgsl`.

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read_write> y: array<Element>;

// 1 - Φ(z) for z >= 0, within 7.5e-8: formula 26.2.17 of Abramowitz and Stegun, Handbook of Mathematical Functions, with
// the density's factor 1/√(2π) in its coefficients. It falls to 0 without cancellation.
fn upperTail(z: vec4f) -> vec4f {
  let t = 1.0 / (1.0 + 0.2316419 * z);
  let series = t * (0.127414796 + t * (-0.142248368 + t * (0.710706871 + t * (-0.726576013 + t * 0.530702714))));
  return series * exp(-0.5 * z * z);
}

fn compute(step: u32) {
  let four = x_vector(0, step);
  let sizes = abs(four);
  // For positive elements x·Φ(x) = x - x·(1 - Φ(x)), and for others x·Φ(x) = -|x|·(1 - Φ(|x|)).
  set_y_vector(0, step, max(four, vec4f()) - sizes * upperTail(sizes));
}
