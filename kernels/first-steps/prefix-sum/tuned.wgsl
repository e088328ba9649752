// Three passes (reduce, then scan: Merrill and Grimshaw, "Parallel Scan for Stream Architectures", 2009). In the first,
// each workgroup adds up a block; in the second, one workgroup replaces the blocks' sums by the sums of all blocks before;
// in the third, each workgroup scans its block, from there. A lane takes 16 neighbouring elements, so
// that few steps need barriers.

override SIZE: u32;
override BLOCKS: u32;

const LANES = 64u;
const OWN = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

@group(0) @binding(0) var<storage, read_write> offsets: array<f32>;

@group(0) @binding(1) var<storage, read> carries: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> partials: array<f32, LANES>;

// Zeros past the end.
fn elementsAt(first: u32) -> array<f32, OWN> {
  var own: array<f32, OWN>;
  for (var e = 0u; e < OWN; e++) {
    if (first + e < SIZE) {
      own[e] = x[first + e];
    }
  }
  return own;
}

fn sumOf(own: array<f32, OWN>) -> f32 {
  var sum = 0.0;
  for (var e = 0u; e < OWN; e++) {
    sum += own[e];
  }
  return sum;
}

// Replaces each lane's number by the sum of all lanes' numbers up to it (Hillis and Steele, 1986).
fn scanLanes(own: f32, lane: u32) {
  partials[lane] = own;
  workgroupBarrier();
  for (var width = 1u; width < LANES; width *= 2) {
    var before = 0.0;
    if (lane >= width) {
      before = partials[lane - width];
    }
    workgroupBarrier();
    partials[lane] += before;
    workgroupBarrier();
  }
}

// Of all lanes before this one.
fn sumBefore(lane: u32) -> f32 {
  if (lane == 0) {
    return 0.0;
  }
  return partials[lane - 1];
}

@compute @workgroup_size(LANES)
fn addBlocks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  partials[lane] = sumOf(elementsAt((group.x * LANES + lane) * OWN));
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    sums[group.x] = partials[0];
  }
}

@compute @workgroup_size(LANES)
fn scanSums(@builtin(local_invocation_index) lane: u32) {
  let stretch = (BLOCKS + LANES - 1) / LANES;
  let start = lane * stretch;
  let end = min(start + stretch, BLOCKS);
  var sum = 0.0;
  for (var block = start; block < end; block++) {
    sum += offsets[block];
  }
  scanLanes(sum, lane);
  var running = sumBefore(lane);
  for (var block = start; block < end; block++) {
    let own = offsets[block];
    offsets[block] = running;
    running += own;
  }
}

@compute @workgroup_size(LANES)
fn scanBlocks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (group.x * LANES + lane) * OWN;
  let own = elementsAt(first);
  scanLanes(sumOf(own), lane);
  var running = carries[group.x] + sumBefore(lane);
  for (var e = 0u; e < OWN; e++) {
    running += own[e];
    if (first + e < SIZE) {
      y[first + e] = running;
    }
  }
}
