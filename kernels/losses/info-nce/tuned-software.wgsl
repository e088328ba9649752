// For software adapters: the passes before and after the product of all rows of a and b, four elements a step. In
// `contrast`, an invocation takes four pairs: their rows of similarities and, at once, their columns.

override N: u32;
override D: u32;
override TEMPERATURE: f32;
// Indices from one row to the next.
override INPUTS_ROW: u32;
override SIMILARITIES_ROW: u32;

@group(0) @binding(0) var<storage, read> a: array<Element>;
@group(0) @binding(1) var<storage, read> b: array<Element>;
@group(0) @binding(2) var<storage, read_write> scale_a: array<f32>;
@group(0) @binding(3) var<storage, read_write> scale_b: array<f32>;

@group(0) @binding(0) var<storage, read> similarities: array<Element>;
@group(0) @binding(1) var<storage, read_write> loss: array<Element>;

@compute @workgroup_size(8)
fn measure(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  var squares_a = vec4f();
  var squares_b = vec4f();
  for (var step = 0u; 4 * step < D; step++) {
    let four_a = a_vector(row * INPUTS_ROW, step);
    let four_b = b_vector(row * INPUTS_ROW, step);
    squares_a += four_a * four_a;
    squares_b += four_b * four_b;
  }
  scale_a[row] = inverseSqrt(dot(squares_a, vec4f(1))) / TEMPERATURE;
  scale_b[row] = inverseSqrt(dot(squares_b, vec4f(1)));
}

@compute @workgroup_size(8)
fn contrast(@builtin(global_invocation_id) id: vec3u) {
  let quartet = id.x;
  if (4 * quartet >= N) {
    return;
  }
  let diagonal = block(quartet, quartet);
  let own = vec4f(diagonal[0].x, diagonal[1].y, diagonal[2].z, diagonal[3].w);
  var of_rows = Online(own, vec4f());
  var of_columns = of_rows;
  for (var step = 0u; 4 * step < N; step++) {
    of_rows = with_others(of_rows, step, transpose(block(quartet, step)));
    of_columns = with_others(of_columns, step, block(step, quartet));
  }
  let sums = log(of_rows.sum) + of_rows.maximum + (log(of_columns.sum) + of_columns.maximum);
  set_loss_vector(0, quartet, 0.5 * sums - own);
}

// Similarities of four rows, one in each column of the matrix, and four columns.
fn block(row_quartet: u32, column_quartet: u32) -> mat4x4f {
  let starts = min(4 * row_quartet + vec4u(0, 1, 2, 3), vec4u(N - 1)) * SIMILARITIES_ROW;
  return mat4x4f(
    similarities_vector(starts.x, column_quartet),
    similarities_vector(starts.y, column_quartet),
    similarities_vector(starts.z, column_quartet),
    similarities_vector(starts.w, column_quartet),
  );
}

// For each of four pairs, the largest similarity so far and the sum of the exponentials of the differences from it
// (online softmax, Milakov and Gimelshein 2018).
struct Online {
  maximum: vec4f,
  sum: vec4f,
}

// Of rows past the last: below all similarities, and finite, as WGSL has no infinity.
const NONE = vec4f(-3.4e38);

// With the similarities to a quartet's rows, the last of which may not exist; each column of the matrix has those of one row.
fn with_others(before: Online, quartet: u32, others: mat4x4f) -> Online {
  let count = N - 4 * quartet;
  let second = select(NONE, others[1], count > 1);
  let third = select(NONE, others[2], count > 2);
  let fourth = select(NONE, others[3], count > 3);
  let maximum = max(max(max(before.maximum, others[0]), max(second, third)), fourth);
  let sum = exp(others[0] - maximum) + exp(second - maximum) + exp(third - maximum) + exp(fourth - maximum);
  return Online(maximum, before.sum * exp(before.maximum - maximum) + sum);
}
