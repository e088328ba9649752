// One workgroup, whose lanes each take a stretch of the elements: they add them up, the first lane adds the stretches' sums,
// and each lane goes through its stretch again, from the sum of all before.

override SIZE: u32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  let stretch = (SIZE + LANES - 1) / LANES;
  let start = min(lane * stretch, SIZE);
  let end = min(start + stretch, SIZE);

  var sum = 0.0;
  for (var i = start; i < end; i++) {
    sum += x[i];
  }
  sums[lane] = sum;
  workgroupBarrier();

  // not in the starter
  if (lane == 0) {
    var total = 0.0;
    for (var other = 0u; other < LANES; other++) {
      let own = sums[other];
      sums[other] = total;
      total += own;
    }
  }
  workgroupBarrier();
  var running = sums[lane];
  // instead: var running = 0.0;

  for (var i = start; i < end; i++) {
    running += x[i];
    y[i] = running;
  }
}
