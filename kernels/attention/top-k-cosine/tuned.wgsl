// Two passes. The first computes all scores: a workgroup takes 16 queries and 16 documents, whose elements go through
// workgroup memory 16 at a time, so that each is read once for 16 pairs. In the second, LANES_PER_QUERY invocations share
// a query; in each round they find the best document after the previous one.

override QUERIES: u32;
override DOCS: u32;
override DIM: u32;
override TOP_K: u32;
// A power of two, at most LANES.
override LANES_PER_QUERY: u32;

const TILE = 16u;
const LANES = 64u;

@group(0) @binding(0) var<storage, read> queries: array<f32>;
@group(0) @binding(1) var<storage, read> docs: array<f32>;
// [QUERIES, DOCS]
@group(0) @binding(2) var<storage, read_write> all_scores: array<f32>;

@group(0) @binding(0) var<storage, read> known_scores: array<f32>;
@group(0) @binding(1) var<storage, read_write> indices: array<u32>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;

var<workgroup> own_queries: array<array<f32, TILE>, TILE>;
// By element, so that neighbouring lanes read neighbouring words.
var<workgroup> own_docs: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn compare(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let query = group.y * TILE + local.y;
  let d = group.x * TILE + local.x;
  let loaded = group.x * TILE + local.y;

  var product = 0.0;
  var query_squares = 0.0;
  var doc_squares = 0.0;
  for (var start = 0u; start < DIM; start += TILE) {
    let c = start + local.x;
    // Past the ends both are 0, and add nothing.
    var a = 0.0;
    var b = 0.0;
    if (c < DIM && query < QUERIES) {
      a = queries[query * DIM + c];
    }
    if (c < DIM && loaded < DOCS) {
      b = docs[loaded * DIM + c];
    }
    own_queries[local.y][local.x] = a;
    own_docs[local.x][local.y] = b;
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) {
      let q = own_queries[local.y][k];
      let e = own_docs[k][local.x];
      product += q * e;
      query_squares += q * q;
      doc_squares += e * e;
    }
    workgroupBarrier();
  }
  if (query < QUERIES && d < DOCS) {
    all_scores[query * DOCS + d] = product * (inverseSqrt(query_squares) * inverseSqrt(doc_squares));
  }
}

struct Candidate {
  score: f32,
  index: u32,
}

// Before and after every document.
const FIRST = Candidate(2.0, 0);
const LAST = Candidate(-2.0, 0);

fn isBetter(a: Candidate, b: Candidate) -> bool {
  return a.score > b.score || (a.score == b.score && a.index < b.index);
}

var<workgroup> candidates: array<Candidate, LANES>;

@compute @workgroup_size(LANES)
fn choose(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last query take part in the barriers, but neither read nor write.
  let query = (group.x + group.y * groups.x) * (LANES / LANES_PER_QUERY) + index / LANES_PER_QUERY;
  let lane = index % LANES_PER_QUERY;
  let end = select(0, DOCS, query < QUERIES);

  var previous = FIRST;
  for (var rank = 0u; rank < TOP_K; rank++) {
    var best = LAST;
    for (var d = lane; d < end; d += LANES_PER_QUERY) {
      let candidate = Candidate(known_scores[query * DOCS + d], d);
      if (isBetter(previous, candidate) && isBetter(candidate, best)) {
        best = candidate;
      }
    }
    candidates[index] = best;
    workgroupBarrier();
    for (var width = LANES_PER_QUERY / 2; width > 0; width /= 2) {
      if (lane < width && isBetter(candidates[index + width], candidates[index])) {
        candidates[index] = candidates[index + width];
      }
      workgroupBarrier();
    }
    previous = candidates[index - lane];
    workgroupBarrier();
    if (lane == 0 && query < QUERIES) {
      indices[query * TOP_K + rank] = previous.index;
      scores[query * TOP_K + rank] = previous.score;
    }
  }
}
