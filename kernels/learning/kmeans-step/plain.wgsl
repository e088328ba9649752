// One workgroup takes three steps: it labels all points, then averages those of each cluster, then adds up the inertia.

override N: u32;
override D: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> centroids: array<f32>;
@group(0) @binding(2) var<storage, read_write> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> centroids_out: array<f32>;
@group(0) @binding(4) var<storage, read_write> inertia: array<f32>;

var<workgroup> partials: array<f32, 64>;

fn squaredDistance(i: u32, cluster: u32) -> f32 {
  var squares = 0.0;
  for (var c = 0u; c < D; c++) {
    let difference = x[i * D + c] - centroids[cluster * D + c];
    squares += difference * difference;
  }
  return squares;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < N; i += 64) {
    var nearest = 0u;
    var least = squaredDistance(i, 0);
    // not in the starter
    for (var cluster = 1u; cluster < K; cluster++) {
      let distance = squaredDistance(i, cluster);
      if (distance < least) {
        least = distance;
        nearest = cluster;
      }
    }
    // instead: least = 0.0;
    labels[i] = nearest;
    sum += least;
  }
  partials[lane] = sum;
  // Other lanes read the labels and the partial sums.
  storageBarrier();
  workgroupBarrier();

  for (var at = lane; at < K * D; at += 64) {
    var total = 0.0;
    var count = 0u;
    for (var i = 0u; i < N; i++) {
      if (labels[i] == at / D) {
        let place = i * D + at % D;
        total += x[place];
        count++;
      }
    }
    // An empty cluster keeps its centroid.
    if (count > 0) {
      centroids_out[at] = total / f32(count);
    } else {
      centroids_out[at] = centroids[at];
    }
  }

  if (lane == 0) {
    var all = 0.0;
    for (var other = 0u; other < 64; other++) {
      all += partials[other];
    }
    inertia[0] = all;
  }
}
