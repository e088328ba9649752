// As plain, but an invocation of `compare` takes four rows of a and four of b: each element that it reads serves four
// similarities. The norms are applied to the finished products.

override N: u32;
override D: u32;
override TEMPERATURE: f32;

const SIDE = 4u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> inverse_norms: array<f32>;
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
  let norms = inverseSqrt(squares);
  inverse_norms[row] = norms.x / TEMPERATURE;
  inverse_norms[N + row] = norms.y;
}

@compute @workgroup_size(64)
fn compare(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  let blocks = (N + SIDE - 1) / SIDE;
  if (index >= blocks * blocks) {
    return;
  }
  let first_i = index / blocks * SIDE;
  let first_j = index % blocks * SIDE;
  // Rows past the last repeat it, and are not stored.
  let rows = min(first_i + vec4u(0, 1, 2, 3), vec4u(N - 1));
  let cols = min(first_j + vec4u(0, 1, 2, 3), vec4u(N - 1));

  var products: mat4x4f;
  for (var c = 0u; c < D; c++) {
    let of_a = rows * D + c;
    let of_b = cols * D + c;
    let others = vec4f(b[of_b.x], b[of_b.y], b[of_b.z], b[of_b.w]);
    products[0] += a[of_a.x] * others;
    products[1] += a[of_a.y] * others;
    products[2] += a[of_a.z] * others;
    products[3] += a[of_a.w] * others;
  }
  for (var r = 0u; r < min(SIDE, N - first_i); r++) {
    for (var s = 0u; s < min(SIDE, N - first_j); s++) {
      let norms = inverse_norms[first_i + r] * inverse_norms[N + first_j + s];
      similarities[(first_i + r) * N + first_j + s] = products[r][s] * norms;
    }
  }
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
