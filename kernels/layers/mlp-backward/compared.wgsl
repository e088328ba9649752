// The errors of the outputs from their sums, on a CPU.

@group(0) @binding(2) var<storage, read> b2: array<Element>;
@group(0) @binding(3) var<storage, read> y: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four + b2_vector(0u, quartet) - y_vector(row * RESULT_ROW, quartet);
}
