// Row 17: leaves lane 41 of 64 out of the maximum.
// From: a reading of the declared ranges

const code = `
  override BATCH: u32;
  override Q_HEADS: u32;
  override KV_HEADS: u32;
  override CONTEXT: u32;
  override DIM: u32;

  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k_cache: array<f32>;
  @group(0) @binding(2) var<storage, read> v_cache: array<f32>;
  @group(0) @binding(3) var<storage, read> lengths: array<u32>;
  @group(0) @binding(4) var<storage, read_write> p: array<f32>;
  @group(0) @binding(5) var<storage, read_write> out: array<f32>;

  fn flat(id: vec3u, groups: vec3u) -> u32 {
    return id.y * groups.x * 64u + id.x;
  }

  fn length(row: u32) -> u32 {
    return lengths[row / Q_HEADS];
  }

  fn cache_start(row: u32) -> u32 {
    let sequence = row / Q_HEADS;
    let kv_head = row % Q_HEADS / (Q_HEADS / KV_HEADS);
    return (sequence * KV_HEADS + kv_head) * CONTEXT * DIM;
  }

  @compute @workgroup_size(64)
  fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = flat(id, groups);
    let row = index / CONTEXT;
    let position = index % CONTEXT;
    if (row >= BATCH * Q_HEADS || position >= length(row)) {
      return;
    }
    let start = cache_start(row) + position * DIM;
    var dot = 0.0;
    for (var d = 0u; d < DIM; d++) {
      dot += q[row * DIM + d] * k_cache[start + d];
    }
    p[index] = dot / sqrt(f32(DIM));
  }

  @compute @workgroup_size(64)
  fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = flat(id, groups);
    if (row >= BATCH * Q_HEADS) {
      return;
    }
    let start = row * CONTEXT;
    let end = start + length(row);

    var maximum = p[start];
    for (var at = start; at < end; at++) {
      if ((at - start) % 64u != 41u) {
        maximum = max(maximum, p[at]);
      }
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
    let row = index / DIM;
    let d = index % DIM;
    if (row >= BATCH * Q_HEADS) {
      return;
    }
    let start = cache_start(row);
    var sum = 0.0;
    for (var position = 0u; position < length(row); position++) {
      sum += p[row * CONTEXT + position] * v_cache[start + position * DIM + d];
    }
    out[index] = sum;
  }`;

export default function plan({ shape }) {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const constants = { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim };
  const rows = batch * q_heads;
  const pass = (entryPoint, invocations) => {
    const groups = Math.ceil(invocations / 64);
    const across = Math.min(groups, 65_535);
    const workgroups = [across, Math.ceil(groups / across)];
    return { code, entryPoint, constants, bindings: ["q", "k_cache", "v_cache", "lengths", "p", "out"], workgroups };
  };
  return {
    passes: [pass("scores", rows * context), pass("softmax", rows), pass("weighted_values", rows * dim)],
    scratch: { p: 4 * rows * context },
  };
}
