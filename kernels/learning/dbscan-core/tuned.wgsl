// A workgroup takes 16 points, and compares them with 16 others at a time, one pair in each lane. It brings 16
// coordinates of both into workgroup memory at a time, so that each is read once for 16 pairs. At the end, the lanes of a
// point add their counts.

override N: u32;
override D: u32;
override EPS: f32;
override MIN_SAMPLES: u32;

const TILE = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> core: array<u32>;

var<workgroup> own: array<array<f32, TILE>, TILE>;
// By coordinate, so that neighbouring lanes read neighbouring words.
var<workgroup> others: array<array<f32, TILE>, TILE>;
var<workgroup> counts: array<array<u32, TILE>, TILE>;

fn coordinate(point: u32, c: u32) -> f32 {
  // Past the last coordinate all points are 0, and so are their differences.
  if (point < N && c < D) {
    return x[point * D + c];
  }
  return 0.0;
}

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let i = group.x * TILE + local.y;
  var count = 0u;
  for (var first = 0u; first < N; first += TILE) {
    var squares = 0.0;
    for (var start = 0u; start < D; start += TILE) {
      own[local.y][local.x] = coordinate(i, start + local.x);
      others[local.x][local.y] = coordinate(first + local.y, start + local.x);
      workgroupBarrier();
      for (var k = 0u; k < TILE; k++) {
        let difference = own[local.y][k] - others[k][local.x];
        squares += difference * difference;
      }
      workgroupBarrier();
    }
    if (first + local.x < N && squares <= EPS * EPS) {
      count++;
    }
  }

  counts[local.y][local.x] = count;
  workgroupBarrier();
  if (local.x == 0 && i < N) {
    var sum = 0u;
    for (var lane = 0u; lane < TILE; lane++) {
      sum += counts[local.y][lane];
    }
    neighbours[i] = sum;
    core[i] = select(0u, 1u, sum >= MIN_SAMPLES);
  }
}
