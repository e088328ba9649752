// One invocation takes one element of c: the product of a row of a and a column of b.

override M: u32;
override N: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= M * N) {
    return;
  }
  let row = index / N;
  let column = index % N;

  var sum = 0.0;
  // not in the starter
  for (var i = 0u; i < K; i++) {
    sum += a[row * K + i] * b[i * N + column];
  }
  // instead: sum = a[row * K] * b[column];
  c[index] = sum;
}
