override M: u32;
override N: u32;
override K: u32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

var<workgroup> a_tile: array<array<f32, TILE>, TILE>;
var<workgroup> b_tile: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn multiply(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = id.y;
  let col = id.x;
  var sum = 0.0;
  for (var start = 0u; start < K; start += TILE) {
    a_tile[local.y][local.x] = 0.0;
    b_tile[local.y][local.x] = 0.0;
    let a_col = start + local.x;
    let b_row = start + local.y;
    if (row < M && a_col < K) {
      a_tile[local.y][local.x] = a[row * K + a_col];
    }
    if (b_row < K && col < N) {
      b_tile[local.y][local.x] = b[b_row * N + col];
    }
    workgroupBarrier();
    for (var l = 0u; l < TILE; l++) {
      sum = fma(a_tile[local.y][l], b_tile[l][local.x], sum);
    }
    workgroupBarrier();
  }
  if (row < M && col < N) {
    c[row * N + col] = sum;
  }
}
