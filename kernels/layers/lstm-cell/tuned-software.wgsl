// The sums of the state's part, with those of the inputs' part and a bias.

@group(0) @binding(2) var<storage, read> bias: array<Element>;
@group(0) @binding(3) var<storage, read> of_inputs: array<Element>;

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return four + bias_vector(0u, quartet) + of_inputs_vector(row * RESULT_ROW, quartet);
}
