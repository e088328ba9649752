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
override GROUP: u32;

const TILE = 32u;
const STEP = 32u;
const LANES = 64u;

// Lanes that share an element of out in `vector`.
const PARTS = 8u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> zeros: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

struct Group {
  index: u32,
  scale: f32,
  zero: f32,
}

fn group_of(column: u32, i: u32) -> Group {
  let groups = K / GROUP;
  let zero_words = (groups + 7u) / 8u;
  let g = i / GROUP;
  let zero = extractBits(zeros[column * zero_words + g / 8u], 4u * (g % 8u), 4u);
  return Group(g, scales[column * groups + g], f32(zero));
}

// Ordered along k, so that an invocation reads four neighbouring rows or columns as one vector.
var<workgroup> a_tile: array<f32, STEP * TILE>;
var<workgroup> w_tile: array<f32, STEP * TILE>;

@compute @workgroup_size(8, 8)
fn tiled(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let words = (K + 7u) / 8u;
  let first_row = workgroup.y * TILE;
  let first_column = workgroup.x * TILE;

  var sums: array<vec4f, 4>;
  for (var start = 0u; start < K; start += STEP) {
    // Neighbouring lanes read neighbouring activations. Zeros fill the tile past the end of a row or of a matrix.
    for (var place = lane; place < STEP * TILE; place += LANES) {
      let i = start + place % STEP;
      let row = first_row + place / STEP;
      var activation = 0.0;
      if (i < K && row < M) {
        activation = a[row * K + i];
      }
      a_tile[(place % STEP) * TILE + place / STEP] = activation;
    }
    // The weights are read by words: each of the tile's 32 columns has four, two per lane.
    for (var place = lane; place < STEP / 8u * TILE; place += LANES) {
      let column = first_column + place % TILE;
      let step = 8u * (place / TILE);
      var word = 0u;
      var own = Group(0u, 0.0, 0.0);
      if (column < N && start + step < K) {
        word = w[column * words + (start + step) / 8u];
        own = group_of(column, start + step);
      }
      for (var j = 0u; j < 8u; j++) {
        // A word may hold weights of several groups. Those past the end of a row are multiplied by zero activations.
        let i = start + step + j;
        if (column < N && i < K && i / GROUP != own.index) {
          own = group_of(column, i);
        }
        let code = extractBits(word, 4u * j, 4u);
        w_tile[(step + j) * TILE + place % TILE] = (f32(code) - own.zero) * own.scale;
      }
    }
    workgroupBarrier();

    for (var i = 0u; i < min(STEP, K - start); i++) {
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

  let words = (K + 7u) / 8u;
  var sum = 0.0;
  for (var word = part; word < words && element < M * N; word += PARTS) {
    let codes = w[column * words + word];
    var own = group_of(column, 8u * word);
    for (var i = 8u * word; i < min(8u * word + 8u, K); i++) {
      if (i / GROUP != own.index) {
        own = group_of(column, i);
      }
      let code = extractBits(codes, 4u * (i % 8u), 4u);
      sum += a[row * K + i] * ((f32(code) - own.zero) * own.scale);
    }
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
