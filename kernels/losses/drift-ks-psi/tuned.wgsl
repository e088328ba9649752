// Three passes. In the first, each invocation takes a sample, and its workgroup goes through both sets in tiles in
// workgroup memory. In the second, each invocation finds its sample's bin by bisection. In the third, one workgroup adds
// up the bins, and takes the largest distance.

override REFERENCE: u32;
override CURRENT: u32;
override BINS: u32;
override FLOOR: f32;
override PARTS: u32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> reference: array<f32>;
@group(0) @binding(1) var<storage, read> current: array<f32>;
// The largest distance of each workgroup's samples.
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(2) var<storage, read> edges: array<f32>;
// Of the reference's bins, then of the current ones.
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;

@group(0) @binding(0) var<storage, read> known_parts: array<f32>;
@group(0) @binding(1) var<storage, read> known_counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> ks: array<f32>;
@group(0) @binding(3) var<storage, read_write> psi: array<f32>;

var<workgroup> distances: array<f32, LANES>;
var<workgroup> sums: array<f32, LANES>;
var<workgroup> tile: array<f32, LANES>;

// The samples of both sets, one after the other.
fn sampleAt(i: u32) -> f32 {
  if (i < REFERENCE) {
    return reference[i];
  }
  return current[i - REFERENCE];
}

fn joinLanes(distance: f32, sum: f32, lane: u32) {
  distances[lane] = distance;
  sums[lane] = sum;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      distances[lane] = max(distances[lane], distances[lane + width]);
      sums[lane] += sums[lane + width];
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(LANES)
fn measure(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = min(group.x * LANES + lane, REFERENCE + CURRENT - 1);
  let x = sampleAt(own);
  var below = 0u;
  var current_below = 0u;
  for (var start = 0u; start < REFERENCE + CURRENT; start += LANES) {
    let count = min(LANES, REFERENCE + CURRENT - start);
    if (lane < count) {
      tile[lane] = sampleAt(start + lane);
    }
    workgroupBarrier();
    for (var k = 0u; k < count; k++) {
      let is_below = select(0u, 1u, tile[k] <= x);
      if (start + k < REFERENCE) {
        below += is_below;
      } else {
        current_below += is_below;
      }
    }
    workgroupBarrier();
  }
  joinLanes(abs(f32(below) / f32(REFERENCE) - f32(current_below) / f32(CURRENT)), 0.0, lane);
  if (lane == 0) {
    parts[group.x] = distances[0];
  }
}

@compute @workgroup_size(LANES)
fn count(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= REFERENCE + CURRENT) {
    return;
  }
  let x = sampleAt(id.x);
  // The number of edges that are not above it.
  var low = 0u;
  var high = BINS - 1;
  while (low < high) {
    let middle = (low + high) / 2;
    if (edges[middle] <= x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  atomicAdd(&counts[select(BINS, 0, id.x < REFERENCE) + low], 1);
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  // Of at most 8,192 samples in each set, there are fewer parts than lanes.
  var distance = 0.0;
  if (lane < PARTS) {
    distance = known_parts[lane];
  }
  var sum = 0.0;
  for (var bin = lane; bin < BINS; bin += LANES) {
    let expected = max(f32(known_counts[bin]) / f32(REFERENCE), FLOOR);
    let actual = max(f32(known_counts[BINS + bin]) / f32(CURRENT), FLOOR);
    sum += (actual - expected) * log(actual / expected);
  }
  joinLanes(distance, sum, lane);
  if (lane == 0) {
    ks[0] = distances[0];
    psi[0] = sums[0];
  }
}
