// Passes: the mean of each column, each covariance, then in every round a product and its division by its norm, and in the
// end the eigenvalue.

override N: u32;
override D: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;

@group(0) @binding(1) var<storage, read> center: array<f32>;
@group(0) @binding(2) var<storage, read_write> covariances: array<f32>;

@group(0) @binding(0) var<storage, read> covariance: array<f32>;
@group(0) @binding(1) var<storage, read> vector: array<f32>;
@group(0) @binding(2) var<storage, read_write> product: array<f32>;

@group(0) @binding(0) var<storage, read> longer: array<f32>;
@group(0) @binding(1) var<storage, read_write> component: array<f32>;

@group(0) @binding(2) var<storage, read_write> eigenvalue: array<f32>;

@compute @workgroup_size(64)
fn average(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= D) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < N; i++) {
    sum += x[i * D + c];
  }
  mean[c] = sum / f32(N);
}

@compute @workgroup_size(64)
fn covary(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= D * D) {
    return;
  }
  let row = id.x / D;
  let col = id.x % D;
  var sum = 0.0;
  for (var i = 0u; i < N; i++) {
    sum += (x[i * D + row] - center[row]) * (x[i * D + col] - center[col]);
  }
  covariances[id.x] = sum / f32(N - 1);
}

@compute @workgroup_size(64)
fn multiply(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= D) {
    return;
  }
  var sum = 0.0;
  for (var c = 0u; c < D; c++) {
    sum += covariance[row * D + c] * vector[c];
  }
  product[row] = sum;
}

@compute @workgroup_size(64)
fn normalise(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= D) {
    return;
  }
  var squares = 0.0;
  for (var c = 0u; c < D; c++) {
    squares += longer[c] * longer[c];
  }
  component[id.x] = longer[id.x] / sqrt(squares);
}

@compute @workgroup_size(1)
fn measure() {
  var sum = 0.0;
  for (var row = 0u; row < D; row++) {
    var image = 0.0;
    for (var c = 0u; c < D; c++) {
      image += covariance[row * D + c] * vector[c];
    }
    sum += vector[row] * image;
  }
  eigenvalue[0] = sum;
}
