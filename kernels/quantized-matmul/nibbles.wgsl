// Weights of 4 bits, eight to a word, which are unpacked on their way to workgroup memory. A format declares their
// Scaling, which GROUP neighbours share, and how it changes within a word.

alias Number = f32;
alias Element = f32;
override DEPTH: u32 = K;
override WORDS: u32 = (K + 7u) / 8u;
const STEP = 32u;

fn stage(first_row: u32, first_column: u32, start: u32, lane: u32) {
  // Neighbouring lanes read neighbouring activations.
  for (var place = lane; place < STEP * TILE / 4u; place += LANES) {
    let i = place % STEP;
    let four = place / STEP;
    var activations: vec4f;
    for (var r = 0u; r < 4u; r++) {
      activations[r] = a[min(first_row + 4u * four + r, M - 1u) * K + start + i];
    }
    row_tile[i][four] = activations;
  }

  // The weights are read by words, one of each of four columns.
  for (var place = lane; place < STEP / 8u * TILE / 4u; place += LANES) {
    let four = place % (TILE / 4u);
    let step = 8u * (place / (TILE / 4u));
    var weights: array<vec4f, 8>;
    for (var c = 0u; c < 4u; c++) {
      let column = min(first_column + 4u * four + c, N - 1u);
      let word = w[column * WORDS + (start + step) / 8u];
      var own = scaling_of(column, start + step);
      for (var j = 0u; j < 8u; j++) {
        own = scaling_at(own, column, start + step + j);
        weights[j][c] = weight(extractBits(word, 4u * j, 4u), own);
      }
    }
    for (var j = 0u; j < 8u; j++) {
      column_tile[step + j][four] = weights[j];
    }
  }
}

fn times(activation: f32, weights: vec4f) -> vec4f {
  return activation * weights;
}

fn partial_product(row: u32, column: u32, part: u32) -> f32 {
  var sum = 0.0;
  // Neighbouring lanes read neighbouring words.
  for (var word = part; word < WORDS; word += PARTS) {
    let codes = w[column * WORDS + word];
    var own = scaling_of(column, 8u * word);
    for (var i = 8u * word; i < min(8u * word + 8u, K); i++) {
      own = scaling_at(own, column, i);
      sum += a[row * K + i] * weight(extractBits(codes, 4u * (i % 8u), 4u), own);
    }
  }
  return sum;
}

fn scaled(sum: f32, row: u32, column: u32) -> f32 {
  return sum;
}
