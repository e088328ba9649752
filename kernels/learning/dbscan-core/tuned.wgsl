// A workgroup takes 16 points and compares them with tiles of 16 others, an invocation for each pair. The coordinates of
// both tiles go through workgroup memory, 16 at a time, so that each is read once for 16 pairs.

override N: u32;
override D: u32;
override LIMIT: f32;
override MIN_SAMPLES: u32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> core: array<u32>;

var<workgroup> own: array<array<f32, TILE>, TILE>;
var<workgroup> others: array<array<f32, TILE>, TILE>;
var<workgroup> counts: array<array<u32, TILE>, TILE>;

// Past the end, zeros: they add nothing to a distance.
fn coordinate(point: u32, c: u32) -> f32 {
  if (point >= N || c >= D) {
    return 0.0;
  }
  return x[point * D + c];
}

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let first = group.x * TILE;
  var count = 0u;
  for (var other = 0u; other < N; other += TILE) {
    var squares = 0.0;
    for (var start = 0u; start < D; start += TILE) {
      own[local.y][local.x] = coordinate(first + local.y, start + local.x);
      // Transposed, so that neighbouring invocations read neighbouring elements below.
      others[local.x][local.y] = coordinate(other + local.y, start + local.x);
      workgroupBarrier();
      for (var c = 0u; c < TILE; c++) {
        let difference = own[local.y][c] - others[c][local.x];
        squares += difference * difference;
      }
      workgroupBarrier();
    }
    if (other + local.x < N && squares <= LIMIT) {
      count++;
    }
  }
  counts[local.y][local.x] = count;
  workgroupBarrier();

  let i = first + local.y;
  if (local.x == 0 && i < N) {
    var sum = 0u;
    for (var lane = 0u; lane < TILE; lane++) {
      sum += counts[local.y][lane];
    }
    neighbours[i] = sum;
    core[i] = select(0u, 1u, sum >= MIN_SAMPLES);
  }
}
