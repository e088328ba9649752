// The result of `linear.wgsl` is the products of all queries with documents of length 1.

@group(0) @binding(2) var<storage, read> inverse_norms: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four * inverse_norms_vector(0u, quartet);
}
