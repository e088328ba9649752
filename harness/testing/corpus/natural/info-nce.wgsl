override N: u32;
override D: u32;
override TEMPERATURE: f32 = 1;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;

// lengths[i] is of a[i], lengths[N + i] of b[i].
@group(0) @binding(2) var<storage, read_write> lengths: array<f32>;

@compute @workgroup_size(64)
fn lengthsOfRows(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  var sum = 0.0;
  if (id.y == 0) {
    for (var c = 0u; c < D; c++) {
      sum += a[row * D + c] * a[row * D + c];
    }
  } else {
    for (var c = 0u; c < D; c++) {
      sum += b[row * D + c] * b[row * D + c];
    }
  }
  lengths[id.y * N + row] = sqrt(sum);
}

@group(0) @binding(2) var<storage, read> known: array<f32>;
@group(0) @binding(3) var<storage, read_write> s: array<f32>;

// Tiles of eight by eight.
const TILE = 8u;
var<workgroup> rows: array<array<f32, TILE>, TILE>;
var<workgroup> cols: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn similarities(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let i = group.y * TILE + local.y;
  let j = group.x * TILE + local.x;
  var dot = 0.0;
  for (var start = 0u; start < D; start += TILE) {
    let c = start + local.x;
    let other = group.x * TILE + local.y;
    rows[local.y][local.x] = 0;
    cols[local.y][local.x] = 0;
    if (i < N && c < D) {
      rows[local.y][local.x] = a[i * D + c];
    }
    if (other < N && c < D) {
      cols[local.y][local.x] = b[other * D + c];
    }
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) {
      dot += rows[local.y][k] * cols[local.x][k];
    }
    workgroupBarrier();
  }
  if (i < N && j < N) {
    s[i * N + j] = dot / (known[i] * known[N + j] * TEMPERATURE);
  }
}

@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn losses(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) {
    return;
  }
  let pair = scores[i * N + i];
  var high = vec2f(pair);
  for (var j = 0u; j < N; j++) {
    high = max(high, vec2f(scores[i * N + j], scores[j * N + i]));
  }
  var sums = vec2f(0);
  for (var j = 0u; j < N; j++) {
    sums += exp(vec2f(scores[i * N + j], scores[j * N + i]) - high);
  }
  let both = log(sums) + (high - pair);
  loss[i] = 0.5 * (both.x + both.y);
}
