// Every invocation has a score and compares it with all others, 64 at a time; what they find is added by atomics.
override N: u32 = 1;
override THRESHOLD: f32 = 0;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
// Halves of pairs won, then the confusion matrix.
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>, 5>;

var<workgroup> some_scores: array<f32, LANES>;
var<workgroup> some_labels: array<u32, LANES>;

@compute @workgroup_size(LANES)
fn count(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = id.x;
  let exists = i < N;
  let score = scores[min(i, N - 1)];
  let is_positive = labels[min(i, N - 1)] == 1;
  var halves = 0u;
  for (var start = 0u; start < N; start += LANES) {
    workgroupBarrier();
    if (start + lane < N) {
      some_scores[lane] = scores[start + lane];
      some_labels[lane] = labels[start + lane];
    }
    workgroupBarrier();
    let end = min(LANES, N - start);
    for (var k = 0u; k < end; k++) {
      if (some_labels[k] == 0) {
        halves += select(0u, 1u, score >= some_scores[k]) + select(0u, 1u, score > some_scores[k]);
      }
    }
  }
  if (!exists) {
    return;
  }
  if (is_positive) {
    atomicAdd(&counts[0], halves);
  }
  let is_predicted = score >= THRESHOLD;
  let cell = select(select(4u, 3u, is_positive), select(2u, 1u, is_positive), is_predicted);
  atomicAdd(&counts[cell], 1);
}

@group(0) @binding(0) var<storage, read_write> auc: array<f32>;
@group(0) @binding(1) var<storage, read_write> confusion: array<u32>;
@group(0) @binding(2) var<storage, read> counted: array<u32, 5>;

@compute @workgroup_size(1)
fn finish() {
  for (var cell = 0u; cell < 4; cell++) {
    confusion[cell] = counted[cell + 1];
  }
  let positives = counted[1] + counted[3];
  let negatives = counted[2] + counted[4];
  auc[0] = f32(counted[0]) / f32(2 * positives * negatives);
}
