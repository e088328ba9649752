// The softmax between the products, in place.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override CAUSAL: bool;

// [HEADS, QUERIES, KEYS]: first scores, then weights. Its contents past a query's visible keys are arbitrary.
@group(0) @binding(0) var<storage, read_write> p: array<f32>;

struct Partial {
  maximum: f32,
  sum: f32,
}

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  return Partial(maximum, a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum));
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row = row_of(group, groups, index);
  let lane = index % LANES_PER_ROW;
  let start = row * KEYS;
  let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);
  let end = select(0u, visible, row < HEADS * QUERIES);

  var own = Partial(LOWEST, 0.0);
  for (var key = lane; key < end; key += LANES_PER_ROW) {
    let score = p[start + key];
    let higher = max(own.maximum, score);
    own = Partial(higher, own.sum * exp(own.maximum - higher) + exp(score - higher));
  }

  let whole = combined(own, index);
  let scale = 1.0 / whole.sum;
  for (var key = lane; key < end; key += LANES_PER_ROW) {
    p[start + key] = exp(p[start + key] - whole.maximum) * scale;
  }
}
