// Three passes. In the first, each invocation labels a point, and each workgroup adds up its share of the inertia. In the
// second, a workgroup averages one coordinate of one cluster, its lanes striding through the points. In the third, one
// workgroup adds up the shares.

override N: u32;
override D: u32;
override K: u32;
override PARTS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> centroids: array<f32>;
@group(0) @binding(2) var<storage, read_write> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

@group(0) @binding(2) var<storage, read> known_labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> centroids_out: array<f32>;

@group(0) @binding(0) var<storage, read> shares: array<f32>;
@group(0) @binding(1) var<storage, read_write> inertia: array<f32>;

var<workgroup> sums: array<f32, LANES>;
var<workgroup> counts: array<u32, LANES>;

// Adds up the numbers of all lanes; the results are in element 0.
fn addLanes(sum: f32, count: u32, lane: u32) {
  sums[lane] = sum;
  counts[lane] = count;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      sums[lane] += sums[lane + width];
      counts[lane] += counts[lane + width];
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(LANES)
fn label(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x * LANES + lane;
  var least = 0.0;
  if (i < N) {
    var nearest = 0u;
    for (var cluster = 0u; cluster < K; cluster++) {
      var squares = 0.0;
      for (var c = 0u; c < D; c++) {
        let difference = x[i * D + c] - centroids[cluster * D + c];
        squares += difference * difference;
      }
      if (cluster == 0 || squares < least) {
        least = squares;
        nearest = cluster;
      }
    }
    labels[i] = nearest;
  }
  addLanes(least, 0, lane);
  if (lane == 0) {
    parts[group.x] = sums[0];
  }
}

@compute @workgroup_size(LANES)
fn average(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let coordinate = group.x;
  let cluster = group.y;
  var sum = 0.0;
  var count = 0u;
  for (var i = lane; i < N; i += LANES) {
    if (known_labels[i] == cluster) {
      sum += x[i * D + coordinate];
      count++;
    }
  }
  addLanes(sum, count, lane);
  if (lane == 0) {
    let at = cluster * D + coordinate;
    // An empty cluster keeps its centroid.
    if (counts[0] > 0) {
      centroids_out[at] = sums[0] / f32(counts[0]);
    } else {
      centroids_out[at] = centroids[at];
    }
  }
}

@compute @workgroup_size(LANES)
fn addShares(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var part = lane; part < PARTS; part += LANES) {
    sum += shares[part];
  }
  addLanes(sum, 0, lane);
  if (lane == 0) {
    inertia[0] = sums[0];
  }
}
