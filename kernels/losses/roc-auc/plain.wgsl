// One workgroup: each invocation takes every 64th score and, if its label is 1, compares it with all whose label is 0.

override N: u32;
override THRESHOLD: f32;

@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> auc: array<f32>;
@group(0) @binding(3) var<storage, read_write> confusion: array<u32>;

struct Counts {
  tp: u32,
  fp: u32,
  fn_: u32,
  tn: u32,
  // Two for a pair that is won, one for a tie.
  halves: u32,
}

var<workgroup> partials: array<Counts, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = Counts();
  for (var i = lane; i < N; i += 64) {
    let score = scores[i];
    let is_above = score >= THRESHOLD;
    if (labels[i] == 0) {
      own.fp += select(0u, 1u, is_above);
      own.tn += select(1u, 0u, is_above);
    } else {
      own.tp += select(0u, 1u, is_above);
      own.fn_ += select(1u, 0u, is_above);
      // not in the starter
      for (var j = 0u; j < N; j++) {
        if (labels[j] == 0) {
          if (score > scores[j]) {
            own.halves += 2;
          } else if (score == scores[j]) {
            own.halves += 1;
          }
        }
      }
      // instead: own.halves += 1;
    }
  }
  partials[lane] = own;
  workgroupBarrier();

  if (lane == 0) {
    var all = Counts();
    for (var other = 0u; other < 64; other++) {
      let part = partials[other];
      all.tp += part.tp;
      all.fp += part.fp;
      all.fn_ += part.fn_;
      all.tn += part.tn;
      all.halves += part.halves;
    }
    let positives = all.tp + all.fn_;
    let negatives = all.fp + all.tn;
    auc[0] = f32(all.halves) / (2.0 * f32(positives) * f32(negatives));
    confusion[0] = all.tp;
    confusion[1] = all.fp;
    confusion[2] = all.fn_;
    confusion[3] = all.tn;
  }
}
