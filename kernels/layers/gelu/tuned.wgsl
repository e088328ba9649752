// The plan declares Element: vec4f where the size is a multiple of four, and else f32. Each invocation takes the next one as
// often as there are invocations, so that a few thousand of them serve any size, and neighbours read neighbouring elements.

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
  for (var i = id.x; i < SIZE; i += groups.x * 256) {
    let size = abs(x[i]);
    // For positive elements x·Φ(x) = x - x·(1 - Φ(x)), and for others x·Φ(x) = -|x|·(1 - Φ(|x|)).
    y[i] = max(x[i], Element()) - size * upperTail(size);
  }
}
