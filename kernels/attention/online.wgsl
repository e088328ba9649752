// Attention with an online softmax (Milakov and Gimelshein, 2018; FlashAttention: Dao, 2023) for up to four queries that
// share keys and values: they are the components of a vec4f, so that every key and value is read once for the four. A
// workgroup walks through the keys in tiles of one key per lane: first each lane has the scores of one key, then each
// lane has the sums of some columns of the values. No score leaves workgroup memory.

override DIM: u32;
// Elements from one query, key or value of a head to the next.
override ROW: u32;
override LANES: u32;

// Most columns of the values per lane: enough for DIM = 256 with 64 lanes, and 128 with 32.
const COLUMNS = 4u;

// Below every score, yet finite.
const LOWEST = vec4f(-1e38);

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;

var<workgroup> queries: array<vec4f, DIM>;
var<workgroup> tile: array<vec4f, LANES>;

// For each query, the largest score, and relative to it the sums of the weights and of the weighted values, of which a
// lane has columns lane, lane + LANES, …
struct Attended {
  maximum: vec4f,
  sum: vec4f,
  columns: array<vec4f, COLUMNS>,
}

// Attends from `rows` queries to `count` keys, of which query `r` sees those before number `ends[r]`.
fn attend(lane: u32, query_start: u32, rows: u32, key_start: u32, count: u32, ends: vec4u) -> Attended {
  let scale = inverseSqrt(f32(DIM));
  for (var d = lane; d < DIM; d += LANES) {
    var query = vec4f();
    for (var row = 0u; row < rows; row++) {
      query[row] = q[query_start + row * ROW + d] * scale;
    }
    queries[d] = query;
  }
  workgroupBarrier();

  var own = Attended(LOWEST, vec4f(), array<vec4f, COLUMNS>());
  for (var start = 0u; start < count; start += LANES) {
    let tile_start = key_start + start * ROW;
    let tile_count = min(LANES, count - start);

    var score = LOWEST;
    if (lane < tile_count) {
      var dots = vec4f();
      for (var d = 0u; d < DIM; d++) {
        dots += queries[d] * k[tile_start + lane * ROW + d];
      }
      score = select(LOWEST, dots, vec4u(start + lane) < ends);
    }
    tile[lane] = score;
    workgroupBarrier();
    var higher = own.maximum;
    for (var key = 0u; key < tile_count; key++) {
      higher = max(higher, tile[key]);
    }
    workgroupBarrier();
    tile[lane] = exp(score - higher);
    let rescale = exp(own.maximum - higher);
    own.maximum = higher;
    workgroupBarrier();

    own.sum *= rescale;
    for (var key = 0u; key < tile_count; key++) {
      own.sum += tile[key];
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let d = lane + column * LANES;
      if (d >= DIM) {
        break;
      }
      var total = own.columns[column] * rescale;
      for (var key = 0u; key < tile_count; key++) {
        total += tile[key] * v[tile_start + key * ROW + d];
      }
      own.columns[column] = total;
    }
    workgroupBarrier();
  }
  return own;
}
