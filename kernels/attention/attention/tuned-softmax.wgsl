// The softmax between the products: a workgroup takes WORKGROUP / LANES rows, each shared by LANES invocations.
// Workgroups fill x first, then y.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override CAUSAL: bool;
// Invocations that share a row of the softmax, a power of two.
override LANES: u32;

const WORKGROUP = 64u;

// [HEADS, QUERIES, KEYS]: first scores, then weights. Its contents past a query's visible keys are arbitrary.
@group(0) @binding(0) var<storage, read_write> p: array<f32>;

var<workgroup> partials: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let lane = index % LANES;
  let row = (group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES;
  let start = row * KEYS;
  // Rows past the last one have no keys, but must reach the barriers.
  let count = select(0u, select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL), row < HEADS * QUERIES);

  var maximum = -3.0e38;
  for (var key = lane; key < count; key += LANES) {
    maximum = max(maximum, p[start + key]);
  }
  partials[index] = maximum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[index] = max(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }
  maximum = partials[index - lane];
  workgroupBarrier();

  var sum = 0.0;
  for (var key = lane; key < count; key += LANES) {
    let term = exp(p[start + key] - maximum);
    p[start + key] = term;
    sum += term;
  }
  partials[index] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[index] += partials[index + width];
    }
    workgroupBarrier();
  }
  let share = 1.0 / partials[index - lane];
  for (var key = lane; key < count; key += LANES) {
    p[start + key] *= share;
  }
}
