// Three passes: the inverse norm of each row of a and of b, the similarity of each pair of rows, the loss of each row's pair.

override N: u32;
override D: u32;
override TEMPERATURE: f32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
// Of a, then of b.
@group(0) @binding(2) var<storage, read_write> inverse_norms: array<f32>;
// [N of a, N of b], divided by the temperature
@group(0) @binding(3) var<storage, read_write> similarities: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn measure(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  var squares = vec2f();
  for (var c = 0u; c < D; c++) {
    let both = vec2f(a[row * D + c], b[row * D + c]);
    squares += both * both;
  }
  inverse_norms[row] = inverseSqrt(squares.x);
  inverse_norms[N + row] = inverseSqrt(squares.y);
}

@compute @workgroup_size(64)
fn compare(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= N * N) {
    return;
  }
  let i = index / N;
  let j = index % N;
  var product = 0.0;
  for (var c = 0u; c < D; c++) {
    product += (a[i * D + c] * inverse_norms[i]) * (b[j * D + c] * inverse_norms[N + j]);
  }
  similarities[index] = product / TEMPERATURE;
}

@compute @workgroup_size(64)
fn contrast(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) {
    return;
  }
  let own = similarities[i * N + i];

  var highest = vec2f(own);
  for (var j = 0u; j < N; j++) {
    highest = max(highest, vec2f(similarities[i * N + j], similarities[j * N + i]));
  }
  var sums = vec2f();
  for (var j = 0u; j < N; j++) {
    sums += exp(vec2f(similarities[i * N + j], similarities[j * N + i]) - highest);
  }
  let losses = highest + log(sums) - own;
  loss[i] = 0.5 * (losses.x + losses.y);
}
