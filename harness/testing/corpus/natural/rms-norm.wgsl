// A workgroup takes eight rows, eight invocations each.
override ROWS: u32;
override COLS: u32;
override EPS: f32;

const LANES = 8u;
const TOGETHER = 8u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> parts: array<array<f32, LANES>, TOGETHER>;

@compute @workgroup_size(LANES, TOGETHER)
fn normalise(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * TOGETHER + local.y;
  var squares = 0.0;
  if (row < ROWS) {
    for (var col = local.x; col < COLS; col += LANES) {
      let value = x[row * COLS + col];
      squares += value * value;
    }
  }
  parts[local.y][local.x] = squares;
  workgroupBarrier();
  if (row >= ROWS) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < LANES; part++) {
    sum += parts[local.y][part];
  }
  let root = sqrt(sum / f32(COLS) + EPS);
  for (var col = local.x; col < COLS; col += LANES) {
    y[row * COLS + col] = x[row * COLS + col] / root * gamma[col];
  }
}
