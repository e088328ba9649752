override SIZE: u32;
override BLOCKS: u32;

const LANES = 256u;
const OWN = 4u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> block_sums: array<f32>;

@group(0) @binding(0) var<storage, read_write> sums: array<f32>;

var<workgroup> shared_sums: array<f32, LANES>;

// The sums of all invocations before, after Hillis and Steele: each step doubles the distance. They stay in
// shared_sums, each with its own invocation's. Taking the own sum away again would lose digits.
fn scan(lane: u32, own: f32) -> f32 {
  shared_sums[lane] = own;
  var sum = own;
  for (var distance = 1u; distance < LANES; distance *= 2u) {
    workgroupBarrier();
    if (lane >= distance) {
      sum += shared_sums[lane - distance];
    }
    workgroupBarrier();
    shared_sums[lane] = sum;
  }
  workgroupBarrier();
  return select(0.0, shared_sums[max(lane, 1u) - 1u], lane > 0u);
}

@compute @workgroup_size(LANES)
fn scan_blocks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (group.x * LANES + lane) * OWN;
  var own: array<f32, OWN>;
  var sum = 0.0;
  for (var i = 0u; i < OWN; i++) {
    if (first + i < SIZE) {
      sum += x[first + i];
    }
    own[i] = sum;
  }
  let before = scan(lane, sum);
  for (var i = 0u; i < OWN; i++) {
    if (first + i < SIZE) {
      y[first + i] = before + own[i];
    }
  }
  if (lane == LANES - 1u) {
    block_sums[group.x] = shared_sums[lane];
  }
}

// Each invocation adds up neighbouring blocks, then shifts them by all before its own.
@compute @workgroup_size(LANES)
fn scan_sums(@builtin(local_invocation_index) lane: u32) {
  let many = (BLOCKS + LANES - 1u) / LANES;
  let first = lane * many;
  let to = min(first + many, BLOCKS);
  var sum = 0.0;
  for (var block = first; block < to; block++) {
    sum += sums[block];
    sums[block] = sum;
  }
  let before = scan(lane, sum);
  for (var block = first; block < to; block++) {
    sums[block] += before;
  }
}

@compute @workgroup_size(LANES)
fn add_sums(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.x == 0u) {
    return;
  }
  let before = sums[group.x - 1u];
  for (var i = lane; i < LANES * OWN; i += LANES) {
    let at = group.x * LANES * OWN + i;
    if (at < SIZE) {
      y[at] += before;
    }
  }
}
