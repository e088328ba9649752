// Tiles of sixteen points by sixteen coordinates, of both tensors.
override N: u32;
override M: u32;
override D: u32;
override GAMMA: f32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> some_x: array<f32, TILE * TILE>;
var<workgroup> some_y: array<f32, TILE * TILE>;

@compute @workgroup_size(TILE, TILE)
fn kernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let first_x = group.y * TILE;
  let first_y = group.x * TILE;
  let slot = local.y * TILE + local.x;
  var distance = 0.0;
  for (var tile = 0u; tile < D; tile += TILE) {
    let c = tile + local.x;
    var from_x = 0.0;
    var from_y = 0.0;
    if (c < D && first_x + local.y < N) {
      from_x = x[(first_x + local.y) * D + c];
    }
    if (c < D && first_y + local.y < M) {
      from_y = y[(first_y + local.y) * D + c];
    }
    some_x[slot] = from_x;
    some_y[slot] = from_y;
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) {
      let difference = some_x[local.y * TILE + k] - some_y[local.x * TILE + k];
      distance += difference * difference;
    }
    workgroupBarrier();
  }
  let i = first_x + local.y;
  let j = first_y + local.x;
  if (i < N && j < M) {
    out[i * M + j] = exp(-GAMMA * distance);
  }
}
