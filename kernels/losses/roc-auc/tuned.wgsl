// Two passes. In the first, each invocation takes a score, and its workgroup goes through all scores in tiles in
// workgroup memory; in the second, one workgroup adds the parts.

override N: u32;
override THRESHOLD: f32;
override PARTS: u32;

const LANES = 256u;
// Above every score: no score wins against it, or ties.
const NEVER = 3e38;

@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> parts: array<Counts>;

@group(0) @binding(0) var<storage, read> known_parts: array<Counts>;
@group(0) @binding(1) var<storage, read_write> auc: array<f32>;
@group(0) @binding(2) var<storage, read_write> confusion: array<u32>;

struct Counts {
  // True and false positives, false and true negatives.
  confusion: vec4u,
  // Two for a pair that is won, one for a tie.
  halves: u32,
}

var<workgroup> partials: array<Counts, LANES>;
// Scores with label 0.
var<workgroup> rivals: array<f32, LANES>;

// The sum of all lanes' counts, in lane 0.
fn sumOfLanes(own: Counts, lane: u32) -> Counts {
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane].confusion += partials[lane + width].confusion;
      partials[lane].halves += partials[lane + width].halves;
    }
    workgroupBarrier();
  }
  return partials[lane];
}

@compute @workgroup_size(LANES)
fn countPairs(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x * LANES + lane;
  var own = Counts();
  var score = -NEVER;
  if (i < N) {
    let is_above = scores[i] >= THRESHOLD;
    if (labels[i] == 0) {
      own.confusion = select(vec4u(0, 0, 0, 1), vec4u(0, 1, 0, 0), is_above);
    } else {
      own.confusion = select(vec4u(0, 0, 1, 0), vec4u(1, 0, 0, 0), is_above);
      score = scores[i];
    }
  }

  for (var start = 0u; start < N; start += LANES) {
    let j = start + lane;
    var rival = NEVER;
    if (j < N && labels[j] == 0) {
      rival = scores[j];
    }
    rivals[lane] = rival;
    workgroupBarrier();
    for (var k = 0u; k < LANES; k++) {
      own.halves += select(0u, 1u, score > rivals[k]) + select(0u, 1u, score >= rivals[k]);
    }
    workgroupBarrier();
  }

  let sum = sumOfLanes(own, lane);
  if (lane == 0) {
    parts[group.x] = sum;
  }
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var own = Counts();
  if (lane < PARTS) {
    own = known_parts[lane];
  }
  let all = sumOfLanes(own, lane);
  if (lane == 0) {
    let positives = all.confusion[0] + all.confusion[2];
    let negatives = all.confusion[1] + all.confusion[3];
    auc[0] = f32(all.halves) / (2.0 * f32(positives) * f32(negatives));
    for (var cell = 0u; cell < 4; cell++) {
      confusion[cell] = all.confusion[cell];
    }
  }
}
