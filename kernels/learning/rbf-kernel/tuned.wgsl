// A workgroup takes 16 by 16 pairs. It brings 16 coordinates of its 16 points of either set into workgroup memory at a
// time, so that each is read from the tensors once for 16 pairs.

override N: u32;
override M: u32;
override D: u32;
override GAMMA: f32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> rows: array<array<f32, TILE>, TILE>;
// By coordinate, so that neighbouring lanes read neighbouring words.
var<workgroup> columns: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let i = group.y * TILE + local.y;
  let j = group.x * TILE + local.x;
  let loaded = group.x * TILE + local.y;

  var squares = 0.0;
  for (var start = 0u; start < D; start += TILE) {
    let c = start + local.x;
    // Past the ends both are 0, and so is their difference.
    var a = 0.0;
    var b = 0.0;
    if (c < D && i < N) {
      a = x[i * D + c];
    }
    if (c < D && loaded < M) {
      b = y[loaded * D + c];
    }
    rows[local.y][local.x] = a;
    columns[local.x][local.y] = b;
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) {
      let difference = rows[local.y][k] - columns[k][local.x];
      squares += difference * difference;
    }
    workgroupBarrier();
  }
  if (i < N && j < M) {
    out[i * M + j] = exp(-GAMMA * squares);
  }
}
