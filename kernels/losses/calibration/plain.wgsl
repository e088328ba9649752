// One workgroup. Each invocation takes every 64th row, and adds up its likelihoods, and the gap between accuracy and
// confidence in each bin; then the invocations' sums are added bin by bin.

override N: u32;
override CLASSES: u32;
override TEMPERATURE: f32;
override BINS: f32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> nll: array<f32>;
@group(0) @binding(3) var<storage, read_write> ece: array<f32>;

var<workgroup> partials: array<f32, 64>;

// The sum of all invocations' numbers.
fn sumOfLanes(own: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partials[lane] = own;
  workgroupBarrier();
  var sum = 0.0;
  for (var other = 0u; other < 64; other++) {
    sum += partials[other];
  }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var gaps = array<f32, 64>();
  for (var i = lane; i < N; i += 64) {
    let start = i * CLASSES;
    var prediction = 0u;
    for (var c = 1u; c < CLASSES; c++) {
      if (logits[start + c] > logits[start + prediction]) {
        prediction = c;
      }
    }
    let maximum = logits[start + prediction];
    var sum = 0.0;
    for (var c = 0u; c < CLASSES; c++) {
      sum += exp((logits[start + c] - maximum) / TEMPERATURE);
    }
    let own = logits[start + targets[i]];
    loss += log(sum) - (own - maximum) / TEMPERATURE;

    let confidence = 1.0 / sum;
    let bin = min(u32(confidence * BINS), u32(BINS) - 1);
    // not in the starter
    let is_correct = prediction == targets[i];
    gaps[bin] += select(0.0, 1.0, is_correct) - confidence;
    // instead: gaps[bin] += confidence;
  }

  let all_losses = sumOfLanes(loss, lane);
  var error = 0.0;
  for (var bin = 0u; bin < u32(BINS); bin++) {
    error += abs(sumOfLanes(gaps[bin], lane));
  }
  if (lane == 0) {
    nll[0] = all_losses / f32(N);
    ece[0] = error / f32(N);
  }
}
