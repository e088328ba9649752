// Both projections of the same tokens and units, one after the other, and their gated product.

@group(0) @binding(1) var<storage, read> gate: array<Element>;
@group(0) @binding(2) var<storage, read> up: array<Element>;

// The projection that is computed.
var<private> is_gate: bool;

fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * INPUTS_ROW;
  if (is_gate) {
    return transpose(mat4x4f(gate_vector(starts.x, step), gate_vector(starts.y, step), gate_vector(starts.z, step), gate_vector(starts.w, step)));
  }
  return transpose(mat4x4f(up_vector(starts.x, step), up_vector(starts.y, step), up_vector(starts.z, step), up_vector(starts.w, step)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  is_gate = true;
  let gates = sums_of(own, row, quartet, 0u, STEPS);
  is_gate = false;
  let ups = sums_of(own, row, quartet, 0u, STEPS);
  return Sums(gated(gates.upper, ups.upper), gated(gates.lower, ups.lower));
}

fn gated(gates: mat4x4f, ups: mat4x4f) -> mat4x4f {
  return mat4x4f(silu(gates[0]) * ups[0], silu(gates[1]) * ups[1], silu(gates[2]) * ups[2], silu(gates[3]) * ups[3]);
}

fn silu(z: vec4f) -> vec4f {
  return z / (1.0 + exp(-z));
}
