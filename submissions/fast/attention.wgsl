// A workgroup takes 64 queries of one head, a lane each. Together they load a tile of up to eight keys and their values
// into workgroup memory; then each lane scores these keys, corrects its sums once for the largest of them (online
// softmax), and adds the values. So a key or value is read from storage once for 64 queries.

override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;
// Keys in a tile, at most LARGEST_TILE: two tiles must fit workgroup memory, and small ones leave room for more groups.
override TILE: u32;

const LANES = 64u;
const LARGEST_TILE = 8u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

var<workgroup> key_tile: array<f32, TILE * DIM>;
var<workgroup> value_tile: array<f32, TILE * DIM>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = group.y;
  let query = group.x * LANES + lane;
  // Lanes without a query load tiles like the others, and score nothing.
  let row = (head * QUERIES + query) * DIM;
  let hidden = select(0u, QUERIES - 1u - min(query, QUERIES - 1u), CAUSAL);
  let visible = select(0u, KEYS - hidden, query < QUERIES);
  let scale = inverseSqrt(f32(DIM));

  for (var d = 0u; d < DIM && query < QUERIES; d++) {
    out[row + d] = 0.0;
  }
  var largest = -3.0e38;
  var total = 0.0;
  for (var start = 0u; start < KEYS; start += TILE) {
    let count = min(TILE, KEYS - start);
    for (var i = lane; i < count * DIM; i += LANES) {
      key_tile[i] = k[(head * KEYS + start) * DIM + i];
      value_tile[i] = v[(head * KEYS + start) * DIM + i];
    }
    workgroupBarrier();

    if (start < visible) {
      let own = min(count, visible - start);
      var scores: array<f32, LARGEST_TILE>;
      var larger = largest;
      for (var j = 0u; j < own; j++) {
        var score = 0.0;
        for (var d = 0u; d < DIM; d++) {
          score += q[row + d] * key_tile[j * DIM + d];
        }
        scores[j] = score * scale;
        larger = max(larger, scores[j]);
      }
      let correction = exp(largest - larger);
      largest = larger;
      total *= correction;
      for (var j = 0u; j < own; j++) {
        scores[j] = exp(scores[j] - larger);
        total += scores[j];
      }
      for (var d = 0u; d < DIM; d++) {
        var sum = out[row + d] * correction;
        for (var j = 0u; j < own; j++) {
          sum += scores[j] * value_tile[j * DIM + d];
        }
        out[row + d] = sum;
      }
    }
    workgroupBarrier();
  }
  for (var d = 0u; d < DIM && query < QUERIES; d++) {
    out[row + d] /= total;
  }
}
