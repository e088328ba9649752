// `tiled`: a workgroup of 8 by 8 invocations computes a tile of 32 by 32 elements of out, 4 by 4 for each invocation.
// It steps along k by 32: the activations of its rows and the weights of its columns, unpacked once, go to workgroup
// memory. From there an invocation takes four activations and four weights, and makes sixteen products.
//
// `vector`: for few rows or few columns, which share little. A workgroup takes eight elements of out, with eight
// lanes for each, which stride through the words of a row of w, neighbours reading neighbouring words, and add
// their sums as a tree.

override M: u32;
override N: u32;
override K: u32;

const NF4 = array<f32, 16>(
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
);

const TILE = 32u;
const STEP = 32u;
const LANES = 64u;

// Lanes that share an element of out in `vector`.
const PARTS = 8u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

// The absmax of the block that holds weight `i` of row `column`.
fn absmax_of(column: u32, i: u32) -> f32 {
  let block = column * (K / 64u) + i / 64u;
  let byte = extractBits(i32(absmax[block / 4u]), 8u * (block % 4u), 8u);
  return absmax_offset[0] + f32(byte) * absmax_scale[block / 256u];
}

// The code book: a constant array indexed by a variable may live in slow memory.
var<workgroup> values: array<f32, 16>;

// Ordered along k, so that an invocation reads four neighbouring rows or columns as one vector.
var<workgroup> a_tile: array<f32, STEP * TILE>;
var<workgroup> w_tile: array<f32, STEP * TILE>;

@compute @workgroup_size(8, 8)
fn tiled(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_row = workgroup.y * TILE;
  let first_column = workgroup.x * TILE;

  if (lane < 16u) {
    values[lane] = NF4[lane];
  }
  workgroupBarrier();

  var sums: array<vec4f, 4>;
  for (var start = 0u; start < K; start += STEP) {
    // Neighbouring lanes read neighbouring activations. Zeros fill the tile past the end of the matrix.
    for (var place = lane; place < STEP * TILE; place += LANES) {
      let i = start + place % STEP;
      let row = first_row + place / STEP;
      var activation = 0.0;
      if (row < M) {
        activation = a[row * K + i];
      }
      a_tile[(place % STEP) * TILE + place / STEP] = activation;
    }
    // The weights are read by words: each of the tile's 32 columns has four, two per lane.
    for (var place = lane; place < STEP / 8u * TILE; place += LANES) {
      let column = first_column + place % TILE;
      let step = 8u * (place / TILE);
      var word = 0u;
      var scale = 0.0;
      if (column < N) {
        word = w[column * (K / 8u) + (start + step) / 8u];
        scale = absmax_of(column, start + step);
      }
      for (var j = 0u; j < 8u; j++) {
        w_tile[(step + j) * TILE + place % TILE] = values[extractBits(word, 4u * j, 4u)] * scale;
      }
    }
    workgroupBarrier();

    for (var i = 0u; i < STEP; i++) {
      let r = i * TILE + 4u * local.y;
      let c = i * TILE + 4u * local.x;
      let weights = vec4f(w_tile[c], w_tile[c + 1u], w_tile[c + 2u], w_tile[c + 3u]);
      sums[0] += a_tile[r] * weights;
      sums[1] += a_tile[r + 1u] * weights;
      sums[2] += a_tile[r + 2u] * weights;
      sums[3] += a_tile[r + 3u] * weights;
    }
    workgroupBarrier();
  }

  for (var j = 0u; j < 4u; j++) {
    for (var i = 0u; i < 4u; i++) {
      let row = first_row + 4u * local.y + j;
      let column = first_column + 4u * local.x + i;
      if (row < M && column < N) {
        out[row * N + column] = sums[j][i];
      }
    }
  }
}

var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn vector(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  // The last workgroup may have lanes without an element: they add nothing and write nothing.
  let element = workgroup.x * (LANES / PARTS) + lane / PARTS;
  let part = lane % PARTS;
  let row = element / N;
  let column = element % N;

  if (lane < 16u) {
    values[lane] = NF4[lane];
  }
  workgroupBarrier();

  var sum = 0.0;
  for (var word = part; word < K / 8u && element < M * N; word += PARTS) {
    let codes = w[column * (K / 8u) + word];
    var dots = 0.0;
    for (var j = 0u; j < 8u; j++) {
      dots += a[row * K + 8u * word + j] * values[extractBits(codes, 4u * j, 4u)];
    }
    sum += dots * absmax_of(column, 8u * word);
  }
  partials[lane] = sum;
  workgroupBarrier();

  for (var width = PARTS / 2u; width > 0u; width /= 2u) {
    if (part < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  if (part == 0u && element < M * N) {
    out[element] = partials[lane];
  }
}
