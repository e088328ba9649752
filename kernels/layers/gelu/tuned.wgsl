// The plan declares Element: vec4f where the size is a multiple of four, and else f32. One invocation takes one of them, so
// that neighbours read neighbouring elements: on SwiftShader, loops over several took twice as long.

override SIZE: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read_write> y: array<Element>;

// 1 - Φ(z) for z >= 0, within 7.5e-8: formula 26.2.17 of Abramowitz and Stegun, Handbook of Mathematical Functions, with
// the density's factor 1/√(2π) in its coefficients. It falls to 0 without cancellation.
fn upperTail(z: Element) -> Element {
  let t = 1.0 / (1.0 + 0.2316419 * z);
  let series = t * (0.127414796 + t * (-0.142248368 + t * (0.710706871 + t * (-0.726576013 + t * 0.530702714))));
  return series * exp(-0.5 * z * z);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 256;
  if (i >= SIZE) {
    return;
  }
  let own = x[i];
  let size = abs(own);
  // For positive elements x·Φ(x) = x - x·(1 - Φ(x)), and for others x·Φ(x) = -|x|·(1 - Φ(|x|)).
  y[i] = max(own, Element()) - size * upperTail(size);
}
