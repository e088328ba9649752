// Attention as two matrix products with a softmax between. The products are tiled: a workgroup of 8 x 8 computes a
// tile of 32 x 32 results, each invocation a block of 4 x 4 in registers, from slices of the operands, 8 deep, that
// all of them load into workgroup memory together: each loaded element is used 32 times. Tiles that the causal mask
// hides altogether are skipped. Between the products comes the softmax; a workgroup takes one long row or several short
// ones.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;
// Invocations that share a row of the softmax, a power of two.
override LANES: u32;

const TILE = 32u;
const ACROSS = 8u;
const SLICE = 8u;
const WORKGROUP = 64u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
// [HEADS, QUERIES, KEYS]: first scores, then weights. Its contents past a query's visible keys are arbitrary.
@group(0) @binding(3) var<storage, read_write> p: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

// Slices of the operands, depth first; each element holds four neighbouring rows (columns of the right operand).
var<workgroup> left: array<vec4f, SLICE * ACROSS>;
var<workgroup> right: array<vec4f, SLICE * ACROSS>;
var<workgroup> partials: array<f32, WORKGROUP>;

fn visible(query: u32) -> u32 {
  return select(KEYS, query + KEYS - QUERIES + 1u, CAUSAL);
}

// The operands, zero beyond their ends.
fn query_element(head: u32, query: u32, d: u32) -> f32 {
  if (query >= QUERIES || d >= DIM) {
    return 0.0;
  }
  return q[(head * QUERIES + query) * DIM + d];
}

fn key_element(head: u32, key: u32, d: u32) -> f32 {
  if (key >= KEYS || d >= DIM) {
    return 0.0;
  }
  return k[(head * KEYS + key) * DIM + d];
}

fn value_element(head: u32, key: u32, d: u32) -> f32 {
  if (key >= KEYS || d >= DIM) {
    return 0.0;
  }
  return v[(head * KEYS + key) * DIM + d];
}

fn weight(head: u32, query: u32, key: u32) -> f32 {
  if (query >= QUERIES || key >= visible(query)) {
    return 0.0;
  }
  return p[(head * QUERIES + query) * KEYS + key];
}

// A block plus the product of the two slices.
fn plus_product(block: mat4x4f, local: vec3u) -> mat4x4f {
  var sum = block;
  for (var depth = 0u; depth < SLICE; depth++) {
    let rows = left[depth * ACROSS + local.y];
    let columns = right[depth * ACROSS + local.x];
    sum += mat4x4f(rows.x * columns, rows.y * columns, rows.z * columns, rows.w * columns);
  }
  return sum;
}

// x: tiles of keys, y: tiles of queries, z: heads.
@compute @workgroup_size(ACROSS, ACROSS)
fn scores(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let head = group.z;
  let query_start = group.y * TILE;
  let key_start = group.x * TILE;
  if (key_start >= visible(min(query_start + TILE, QUERIES) - 1u)) {
    return;
  }

  // The element of the slices that this invocation loads: neighbours read neighbouring elements of a query or key.
  let depth = lane % SLICE;
  let row = 4u * (lane / SLICE);
  var block: mat4x4f;
  for (var start = 0u; start < DIM; start += SLICE) {
    let d = start + depth;
    let query = query_start + row;
    let key = key_start + row;
    left[depth * ACROSS + row / 4u] = vec4f(
      query_element(head, query, d),
      query_element(head, query + 1u, d),
      query_element(head, query + 2u, d),
      query_element(head, query + 3u, d),
    );
    right[depth * ACROSS + row / 4u] = vec4f(
      key_element(head, key, d),
      key_element(head, key + 1u, d),
      key_element(head, key + 2u, d),
      key_element(head, key + 3u, d),
    );
    workgroupBarrier();
    block = plus_product(block, local);
    workgroupBarrier();
  }

  let scale = inverseSqrt(f32(DIM));
  for (var i = 0u; i < 4u; i++) {
    let query = query_start + 4u * local.y + i;
    for (var j = 0u; j < 4u; j++) {
      let key = key_start + 4u * local.x + j;
      if (query < QUERIES && key < KEYS) {
        p[(head * QUERIES + query) * KEYS + key] = block[i][j] * scale;
      }
    }
  }
}

// A workgroup takes WORKGROUP / LANES rows, each shared by LANES invocations. Workgroups fill x first, then y.
@compute @workgroup_size(WORKGROUP)
fn softmax(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let lane = index % LANES;
  let row = (group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES;
  let start = row * KEYS;
  // Rows past the last one have no keys, but must reach the barriers.
  let count = select(0u, visible(row % QUERIES), row < HEADS * QUERIES);

  var maximum = -3.0e38;
  for (var key = lane; key < count; key += LANES) {
    maximum = max(maximum, p[start + key]);
  }
  partials[index] = maximum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[index] = max(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }
  maximum = partials[index - lane];
  workgroupBarrier();

  var sum = 0.0;
  for (var key = lane; key < count; key += LANES) {
    let term = exp(p[start + key] - maximum);
    p[start + key] = term;
    sum += term;
  }
  partials[index] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[index] += partials[index + width];
    }
    workgroupBarrier();
  }
  let share = 1.0 / partials[index - lane];
  for (var key = lane; key < count; key += LANES) {
    p[start + key] *= share;
  }
}

// x: tiles of dim, y: tiles of queries, z: heads.
@compute @workgroup_size(ACROSS, ACROSS)
fn weighted_values(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let head = group.z;
  let query_start = group.y * TILE;
  let d_start = group.x * TILE;
  let key_end = visible(min(query_start + TILE, QUERIES) - 1u);

  // An invocation loads four rows of the weights and four columns of the values, at one depth.
  let weight_depth = lane % SLICE;
  let row = 4u * (lane / SLICE);
  let value_depth = lane / ACROSS;
  let column = 4u * (lane % ACROSS);
  var block: mat4x4f;
  for (var start = 0u; start < key_end; start += SLICE) {
    let query = query_start + row;
    let weight_key = start + weight_depth;
    left[weight_depth * ACROSS + row / 4u] = vec4f(
      weight(head, query, weight_key),
      weight(head, query + 1u, weight_key),
      weight(head, query + 2u, weight_key),
      weight(head, query + 3u, weight_key),
    );
    let value_key = start + value_depth;
    let d = d_start + column;
    right[value_depth * ACROSS + column / 4u] = vec4f(
      value_element(head, value_key, d),
      value_element(head, value_key, d + 1u),
      value_element(head, value_key, d + 2u),
      value_element(head, value_key, d + 3u),
    );
    workgroupBarrier();
    block = plus_product(block, local);
    workgroupBarrier();
  }

  for (var i = 0u; i < 4u; i++) {
    let query = query_start + 4u * local.y + i;
    for (var j = 0u; j < 4u; j++) {
      let d = d_start + 4u * local.x + j;
      if (query < QUERIES && d < DIM) {
        out[(head * QUERIES + query) * DIM + d] = block[i][j];
      }
    }
  }
}
