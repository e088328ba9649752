override COUNT: u32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> e: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

var<workgroup> parts: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn add_up(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < COUNT; i += LANES) {
    // e is 2 / COUNT times the difference.
    let difference = e[i] * f32(COUNT) / 2.0;
    sum += difference * difference;
  }
  parts[lane] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      parts[lane] += parts[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    loss[0] = parts[0] / f32(COUNT);
  }
}
