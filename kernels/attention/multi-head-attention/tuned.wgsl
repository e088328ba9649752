// Attention between the projections, with an online softmax: a workgroup takes four tokens of a head, the components of a
// vec4f, so that every key and value is read once for the four. It walks through the visible tokens in tiles of one
// token per lane: first each lane has the scores of one token, then each lane has the sums of some columns of the
// values. No score leaves workgroup memory.

override TOKENS: u32;
override MODEL: u32;
override CAUSAL: bool;
// Columns of a head.
override DIM: u32;
override LANES: u32;

// Most columns of the values per lane: enough for DIM = 256 with 64 lanes, and 128 with 32.
const COLUMNS = 4u;

// Below every score, yet finite.
const LOWEST = vec4f(-1e38);

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> attended: array<f32>;

var<workgroup> queries: array<vec4f, DIM>;
var<workgroup> tile: array<vec4f, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * 4u;
  let rows = min(4u, TOKENS - first);
  let head_at = group.y * DIM;

  let scale = inverseSqrt(f32(DIM));
  for (var d = lane; d < DIM; d += LANES) {
    var query = vec4f();
    for (var row = 0u; row < rows; row++) {
      query[row] = q[(first + row) * MODEL + head_at + d] * scale;
    }
    queries[d] = query;
  }
  workgroupBarrier();

  // The last of the four tokens sees the most; masks limit the others' scores.
  let own_tokens = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let end = select(TOKENS, first + rows, CAUSAL);
  var maximum = LOWEST;
  var sum = vec4f();
  var columns: array<vec4f, COLUMNS>;
  for (var start = 0u; start < end; start += LANES) {
    let count = min(LANES, end - start);

    var score = LOWEST;
    if (lane < count) {
      let key_at = (start + lane) * MODEL + head_at;
      var dot = vec4f();
      for (var d = 0u; d < DIM; d++) {
        dot += queries[d] * k[key_at + d];
      }
      let is_visible = vec4u(start + lane) <= select(vec4u(TOKENS), own_tokens, CAUSAL);
      score = select(LOWEST, dot, is_visible);
    }
    tile[lane] = score;
    workgroupBarrier();
    var higher = maximum;
    for (var key = 0u; key < count; key++) {
      higher = max(higher, tile[key]);
    }
    workgroupBarrier();
    tile[lane] = exp(score - higher);
    let rescale = exp(maximum - higher);
    maximum = higher;
    workgroupBarrier();

    sum *= rescale;
    for (var key = 0u; key < count; key++) {
      sum += tile[key];
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d >= DIM) {
        break;
      }
      var total = columns[column] * rescale;
      for (var key = 0u; key < count; key++) {
        total += tile[key] * v[(start + key) * MODEL + head_at + d];
      }
      columns[column] = total;
    }
    workgroupBarrier();
  }

  for (var row = 0u; row < rows; row++) {
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d < DIM) {
        attended[(first + row) * MODEL + head_at + d] = columns[column][row] / sum[row];
      }
    }
  }
}
