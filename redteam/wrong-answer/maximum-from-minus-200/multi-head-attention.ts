// Row 17: starts the maximum at -200, and is right where some score is larger.
// From: a reading of the declared ranges

const code = `
  override TOKENS: u32;
  override MODEL: u32;
  override HEADS: u32;
  override CAUSAL: bool;

  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> p: array<f32>;
  @group(0) @binding(4) var<storage, read_write> attended: array<f32>;

  fn flat(id: vec3u, groups: vec3u) -> u32 {
    return id.y * groups.x * 64u + id.x;
  }

  fn visible(token: u32) -> u32 {
    return select(TOKENS, token + 1u, CAUSAL);
  }

  @compute @workgroup_size(64)
  fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = flat(id, groups);
    let key = index % TOKENS;
    let query = index / TOKENS % TOKENS;
    let head = index / TOKENS / TOKENS;
    if (head >= HEADS || key >= visible(query)) {
      return;
    }
    let dim = MODEL / HEADS;
    var dot = 0.0;
    for (var column = head * dim; column < (head + 1u) * dim; column++) {
      dot += q[query * MODEL + column] * k[key * MODEL + column];
    }
    p[index] = dot / sqrt(f32(dim));
  }

  @compute @workgroup_size(64)
  fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = flat(id, groups);
    if (row >= HEADS * TOKENS) {
      return;
    }
    let start = row * TOKENS;
    let end = start + visible(row % TOKENS);

    var maximum = -200.0;
    for (var at = start; at < end; at++) {
      maximum = max(maximum, p[at]);
    }

    var sum = 0.0;
    for (var at = start; at < end; at++) {
      p[at] = exp(p[at] - maximum);
      sum += p[at];
    }

    for (var at = start; at < end; at++) {
      p[at] /= sum;
    }
  }

  @compute @workgroup_size(64)
  fn weighted_values(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = flat(id, groups);
    let query = index / MODEL;
    let column = index % MODEL;
    if (query >= TOKENS) {
      return;
    }
    let head = column / (MODEL / HEADS);
    var sum = 0.0;
    for (var key = 0u; key < visible(query); key++) {
      sum += p[(head * TOKENS + query) * TOKENS + key] * v[key * MODEL + column];
    }
    attended[index] = sum;
  }`;

const projectionCode = `
  override TOKENS: u32;
  override MODEL: u32;

  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read> weights: array<f32>;
  @group(0) @binding(2) var<storage, read> bias: array<f32>;
  @group(0) @binding(3) var<storage, read_write> y: array<f32>;

  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = id.y * groups.x * 64u + id.x;
    let token = index / MODEL;
    let o = index % MODEL;
    if (token >= TOKENS) {
      return;
    }
    var sum = bias[o];
    for (var i = 0u; i < MODEL; i++) {
      sum += weights[o * MODEL + i] * x[token * MODEL + i];
    }
    y[index] = sum;
  }`;

export default function plan({ shape, params }) {
  const { tokens, model, heads } = shape;
  const workgroups = (invocations) => [Math.ceil(invocations / 64)];
  const project = (x, layer, y) => ({
    code: projectionCode,
    constants: { TOKENS: tokens, MODEL: model },
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: workgroups(tokens * model),
  });
  const attend = (entryPoint, invocations) => ({
    code,
    entryPoint,
    constants: { TOKENS: tokens, MODEL: model, HEADS: heads, CAUSAL: params.causal },
    bindings: ["q", "k", "v", "p", "attended"],
    workgroups: workgroups(invocations),
  });
  const bytes = 4 * tokens * model;
  return {
    passes: [
      project("x", "q", "q"),
      project("x", "k", "k"),
      project("x", "v", "v"),
      attend("scores", heads * tokens * tokens),
      attend("softmax", heads * tokens),
      attend("weighted_values", tokens * model),
      project("attended", "o", "out"),
    ],
    scratch: { q: bytes, k: bytes, v: bytes, attended: bytes, p: 4 * heads * tokens * tokens },
  };
}
