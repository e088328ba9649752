// A workgroup for each row. An atomic maximum over the bits of magnitudes, which are in the order of their values.
override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<storage, read_write> dequantized: array<f32>;

const LANES = 64u;
var<workgroup> largest: atomic<u32>;

@compute @workgroup_size(LANES)
fn quantize(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  var own = 0.0;
  for (var c = local.x; c < COLS; c += LANES) {
    own = max(own, abs(w[row * COLS + c]));
  }
  atomicMax(&largest, bitcast<u32>(own));
  workgroupBarrier();
  let step = bitcast<f32>(atomicLoad(&largest)) / 127;
  if (local.x == 0) {
    scale[row] = step;
  }
  for (var c = local.x; c < COLS; c += LANES) {
    let at = row * COLS + c;
    var code = 0.0;
    if (step > 0) {
      code = round(w[at] / step);
    }
    dequantized[at] = code * step;
  }
}
