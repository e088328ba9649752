// Row 17: gives hidden keys the score -160 for minus infinity, and is right where some score is far larger.
// From: a reading of the declared ranges

const code = `
  override HEADS: u32;
  override QUERIES: u32;
  override KEYS: u32;
  override DIM: u32;
  override CAUSAL: bool;

  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> out: array<f32>;

  fn score(query_start: u32, key_start: u32) -> f32 {
    var dot = 0.0;
    for (var d = 0u; d < DIM; d++) {
      dot += q[query_start + d] * k[key_start + d];
    }
    return dot / sqrt(f32(DIM));
  }

  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = id.y * groups.x * 64u + id.x;
    if (row >= HEADS * QUERIES) {
      return;
    }
    let start = row * DIM;
    let head_start = row / QUERIES * KEYS * DIM;
    let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);

    var maximum = score(start, head_start);
    var sum = 1.0;
    for (var d = 0u; d < DIM; d++) {
      out[start + d] = v[head_start + d];
    }

    for (var key = 1u; key < KEYS; key++) {
      let key_start = head_start + key * DIM;
      let own = select(-160.0, score(start, key_start), key < visible);
      let before = maximum;
      maximum = max(maximum, own);
      let rescale = exp(before - maximum);
      let weight = exp(own - maximum);
      sum = sum * rescale + weight;
      for (var d = 0u; d < DIM; d++) {
        out[start + d] = out[start + d] * rescale + weight * v[key_start + d];
      }
    }

    for (var d = 0u; d < DIM; d++) {
      out[start + d] /= sum;
    }
  }`;

export default function plan({ shape, params }) {
  const { heads, queries, keys, dim } = shape;
  const constants = { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
  const groups = Math.ceil((heads * queries) / 64);
  const across = Math.min(groups, 65_535);
  const workgroups = [across, Math.ceil(groups / across)];
  return { passes: [{ code, constants, bindings: ["q", "k", "v", "out"], workgroups }] };
}
