// The errors of the hidden units from their sums, on a CPU.

@group(0) @binding(2) var<storage, read> hidden: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  let activation = hidden_vector(row * RESULT_ROW, quartet);
  return four * activation * (1.0 - activation);
}
