// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through their row, neighbours reading neighbouring elements, with a running maximum and a sum of
// exponentials that is rescaled when the maximum grows (online softmax, Milakov and Gimelshein 2018), and a tree combines
// their partial results. The module before this one declares Partial, and how two of them combine.

// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

var<workgroup> partials: array<Partial, LANES>;

// Workgroups may be spread over y. Lanes past the last row take part in the barriers, but neither read nor write.
fn row_of(group: vec3u, groups: vec3u, index: u32) -> u32 {
  return (group.x + group.y * groups.x) * (LANES / LANES_PER_ROW) + index / LANES_PER_ROW;
}

// What all lanes of a row have together.
fn combined(own: Partial, index: u32) -> Partial {
  let lane = index % LANES_PER_ROW;
  partials[index] = own;
  workgroupBarrier();
  for (var width = LANES_PER_ROW / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] = combine(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }
  return partials[index - lane];
}
