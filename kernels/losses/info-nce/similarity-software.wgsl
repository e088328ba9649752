// The result of `linear.wgsl` is the products of all rows of a and b, times the scales of both.

@group(0) @binding(2) var<storage, read> scale_a: array<f32>;
@group(0) @binding(3) var<storage, read> scale_b: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four * scale_a[row] * scale_b_vector(0u, quartet);
}
