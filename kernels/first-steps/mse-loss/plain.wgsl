// One workgroup adds all squared differences: each invocation takes every 64th, then the first adds all partial sums.

override SIZE: u32;

@group(0) @binding(0) var<storage, read> prediction: array<f32>;
@group(0) @binding(1) var<storage, read> goal: array<f32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

var<workgroup> partials: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  for (var i = lane; i < SIZE; i += 64) {
    let difference = prediction[i] - goal[i];
    squares += difference * difference;
  }
  partials[lane] = squares;
  workgroupBarrier();

  if (lane == 0) {
    // not in the starter
    var sum = 0.0;
    for (var other = 0u; other < 64; other++) {
      sum += partials[other];
    }
    loss[0] = sum / f32(SIZE);
    // instead: loss[0] = partials[0];
  }
}
