// Means of clusters on a CPU. In `add`, an invocation adds up one column of the points of a part, by their clusters; in
// `finish`, one column of a cluster over all parts. A column is `Element`: one coordinate, or four.

override N: u32;
override K: u32;
// Points of a part, and the number of parts.
override PART: u32;
override PARTS: u32;
// Columns of a point.
override POINT: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> distances: array<f32>;
// Zeros before, as all scratch: [PARTS, K, POINT].
@group(0) @binding(3) var<storage, read_write> sums: array<Element>;
// [PARTS, K]
@group(0) @binding(4) var<storage, read_write> counts: array<u32>;
// Of the inertia.
@group(0) @binding(5) var<storage, read_write> shares: array<f32>;

@group(0) @binding(0) var<storage, read> centroids: array<Element>;
@group(0) @binding(1) var<storage, read_write> centroids_out: array<Element>;
@group(0) @binding(2) var<storage, read_write> inertia: array<f32>;

@compute @workgroup_size(8)
fn add(@builtin(global_invocation_id) id: vec3u) {
  let part = id.x / POINT;
  let column = id.x % POINT;
  if (part >= PARTS) {
    return;
  }
  var share = 0.0;
  for (var i = part * PART; i < min(N, (part + 1u) * PART); i++) {
    let cluster = part * K + labels[i];
    sums[cluster * POINT + column] += x[i * POINT + column];
    if (column == 0u) {
      counts[cluster]++;
      share += distances[i];
    }
  }
  if (column == 0u) {
    shares[part] = share;
  }
}

@compute @workgroup_size(8)
fn finish(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K * POINT) {
    return;
  }
  var sum = Element();
  var count = 0u;
  var all = 0.0;
  for (var part = 0u; part < PARTS; part++) {
    sum += sums[part * K * POINT + id.x];
    count += counts[part * K + id.x / POINT];
    all += shares[part];
  }
  // An empty cluster keeps its centroid.
  if (count > 0u) {
    centroids_out[id.x] = sum / f32(count);
  } else {
    centroids_out[id.x] = centroids[id.x];
  }
  if (id.x == 0u) {
    inertia[0] = all;
  }
}
