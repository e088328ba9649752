// One workgroup. Each invocation takes every 64th sample, and compares both distributions there; then every 64th bin, and
// counts its samples.

override REFERENCE: u32;
override CURRENT: u32;
override BINS: u32;
override FLOOR: f32;

@group(0) @binding(0) var<storage, read> reference: array<f32>;
@group(0) @binding(1) var<storage, read> current: array<f32>;
@group(0) @binding(2) var<storage, read> edges: array<f32>;
@group(0) @binding(3) var<storage, read_write> ks: array<f32>;
@group(0) @binding(4) var<storage, read_write> psi: array<f32>;

var<workgroup> distances: array<f32, 64>;
var<workgroup> sums: array<f32, 64>;

fn distanceAt(x: f32) -> f32 {
  var below = 0u;
  for (var i = 0u; i < REFERENCE; i++) {
    below += select(0u, 1u, reference[i] <= x);
  }
  var current_below = 0u;
  for (var i = 0u; i < CURRENT; i++) {
    current_below += select(0u, 1u, current[i] <= x);
  }
  return abs(f32(below) / f32(REFERENCE) - f32(current_below) / f32(CURRENT));
}

// A value on an edge belongs to the bin above.
fn isIn(bin: u32, x: f32) -> bool {
  return (bin == 0 || x >= edges[bin - 1]) && (bin == BINS - 1 || x < edges[bin]);
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var distance = 0.0;
  for (var i = lane; i < REFERENCE; i += 64) {
    distance = max(distance, distanceAt(reference[i]));
  }
  // not in the starter
  for (var i = lane; i < CURRENT; i += 64) {
    distance = max(distance, distanceAt(current[i]));
  }
  // instead: distance = max(distance, 0.5);

  var sum = 0.0;
  for (var bin = lane; bin < BINS; bin += 64) {
    var count = 0u;
    for (var i = 0u; i < REFERENCE; i++) {
      count += select(0u, 1u, isIn(bin, reference[i]));
    }
    var current_count = 0u;
    for (var i = 0u; i < CURRENT; i++) {
      current_count += select(0u, 1u, isIn(bin, current[i]));
    }
    let expected = max(f32(count) / f32(REFERENCE), FLOOR);
    let actual = max(f32(current_count) / f32(CURRENT), FLOOR);
    sum += (actual - expected) * log(actual / expected);
  }
  distances[lane] = distance;
  sums[lane] = sum;
  workgroupBarrier();

  if (lane == 0) {
    var largest = 0.0;
    var all = 0.0;
    for (var other = 0u; other < 64; other++) {
      largest = max(largest, distances[other]);
      all += sums[other];
    }
    ks[0] = largest;
    psi[0] = all;
  }
}
