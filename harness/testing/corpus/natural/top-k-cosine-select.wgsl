// A workgroup takes a query, and finds its best documents one after the other by a tree. Found ones get a similarity
// below all others.
override QUERIES: u32;
override DOCS: u32;
override TOP_K: u32;

const LANES = 64u;
const FOUND = -2.0;

@group(0) @binding(0) var<storage, read_write> similarities: array<f32>;
@group(0) @binding(1) var<storage, read_write> indices: array<u32>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;

struct Candidate {
  score: f32,
  doc: u32,
}

var<workgroup> candidates: array<Candidate, LANES>;

fn better(a: Candidate, b: Candidate) -> Candidate {
  if (b.score > a.score || (b.score == a.score && b.doc < a.doc)) {
    return b;
  }
  return a;
}

@compute @workgroup_size(LANES)
fn find(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let query = group.y * groups.x + group.x;
  if (query >= QUERIES) {
    return;
  }
  for (var rank = 0u; rank < TOP_K; rank++) {
    var best = Candidate(FOUND, DOCS);
    for (var doc = lane; doc < DOCS; doc += LANES) {
      best = better(best, Candidate(similarities[query * DOCS + doc], doc));
    }
    candidates[lane] = best;
    workgroupBarrier();
    for (var width = LANES / 2u; width > 0u; width /= 2u) {
      if (lane < width) {
        candidates[lane] = better(candidates[lane], candidates[lane + width]);
      }
      workgroupBarrier();
    }
    if (lane == 0u) {
      let first = candidates[0];
      indices[query * TOP_K + rank] = first.doc;
      scores[query * TOP_K + rank] = first.score;
      similarities[query * DOCS + first.doc] = FOUND;
    }
    storageBarrier();
    workgroupBarrier();
  }
}
