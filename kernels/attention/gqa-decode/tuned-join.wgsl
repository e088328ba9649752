// One invocation per element of the output joins the parts of the cache: each part's sums are relative to its own
// largest score, and are rescaled to the largest of all.

override BATCH: u32;
override Q_HEADS: u32;
override CONTEXT: u32;
override DIM: u32;
override PART: u32;

@group(0) @binding(0) var<storage, read> lengths: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / DIM;
  let d = index % DIM;
  if (row >= BATCH * Q_HEADS) {
    return;
  }
  // Parts that begin past the sequence's length were not written.
  let first = row * ((CONTEXT + PART - 1u) / PART);
  let last = first + (lengths[row / Q_HEADS] - 1u) / PART;

  var maximum = weights[first].x;
  for (var part = first + 1u; part <= last; part++) {
    maximum = max(maximum, weights[part].x);
  }

  var sum = 0.0;
  var total = 0.0;
  for (var part = first; part <= last; part++) {
    let rescale = exp(weights[part].x - maximum);
    sum += weights[part].y * rescale;
    total += values[part * DIM + d] * rescale;
  }
  out[index] = total / sum;
}
