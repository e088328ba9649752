// The result of `product.wgsl` is the sums themselves.

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four;
}
