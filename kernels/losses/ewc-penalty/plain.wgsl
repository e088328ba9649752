// One workgroup takes all weights: each invocation every 64th of them. It writes their gradients, and the first
// invocation adds the partial sums of the penalty.

override SIZE: u32;
override LAMBDA: f32;

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read> theta_old: array<f32>;
@group(0) @binding(2) var<storage, read> fisher: array<f32>;
@group(0) @binding(3) var<storage, read_write> penalty: array<f32>;
@group(0) @binding(4) var<storage, read_write> grad: array<f32>;

var<workgroup> partials: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = lane; i < SIZE; i += 64) {
    let change = theta[i] - theta_old[i];
    let slope = LAMBDA * fisher[i] * change;
    own += 0.5 * slope * change;
    // not in the starter
    grad[i] = slope;
    // instead: grad[i] = change;
  }
  partials[lane] = own;
  workgroupBarrier();

  if (lane == 0) {
    var sum = 0.0;
    for (var other = 0u; other < 64; other++) {
      sum += partials[other];
    }
    penalty[0] = sum;
  }
}
