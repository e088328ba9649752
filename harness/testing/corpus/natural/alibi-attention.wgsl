// A workgroup takes a query, and its keys in blocks of 64: first an invocation scores a key, then each adds up elements
// of the values.
override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;

const LANES = 64u;
const MOST_OWN = 4u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

var<workgroup> query: array<f32, 256>;
var<workgroup> scores: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn attend(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= HEADS * QUERIES) {
    return;
  }
  let head = row / QUERIES;
  let last = row % QUERIES + KEYS - QUERIES;
  let slope = exp2(-8.0 * f32(head + 1u) / f32(HEADS));
  for (var d = lane; d < DIM; d += LANES) {
    query[d] = q[row * DIM + d] / sqrt(f32(DIM));
  }
  workgroupBarrier();

  var maximum = -3.0e38;
  var total = 0.0;
  var sums: array<f32, MOST_OWN>;
  for (var start = 0u; start <= last; start += LANES) {
    let count = min(LANES, last + 1u - start);
    if (lane < count) {
      let key = start + lane;
      var score = 0.0;
      for (var d = 0u; d < DIM; d++) {
        score += query[d] * k[(head * KEYS + key) * DIM + d];
      }
      scores[lane] = score - slope * f32(last - key);
    }
    workgroupBarrier();
    var larger = maximum;
    for (var i = 0u; i < count; i++) {
      larger = max(larger, scores[i]);
    }
    let rescale = exp(maximum - larger);
    maximum = larger;
    total *= rescale;
    for (var own = 0u; own < MOST_OWN; own++) {
      sums[own] *= rescale;
    }
    for (var i = 0u; i < count; i++) {
      let weight = exp(scores[i] - maximum);
      total += weight;
      for (var own = 0u; own < MOST_OWN; own++) {
        let d = own * LANES + lane;
        if (d < DIM) {
          sums[own] += weight * v[(head * KEYS + start + i) * DIM + d];
        }
      }
    }
    workgroupBarrier();
  }
  for (var own = 0u; own < MOST_OWN; own++) {
    let d = own * LANES + lane;
    if (d < DIM) {
      out[row * DIM + d] = sums[own] / total;
    }
  }
}
