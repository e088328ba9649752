// One invocation per point: a softmax over its components, and the logarithm of their sum.

override N: u32;
override K: u32;

@group(0) @binding(0) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(1) var<storage, read_write> log_likelihood: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let point = id.x;
  if (point >= N) {
    return;
  }
  let first = point * K;
  let end = first + K;

  var largest = responsibilities[first];
  for (var i = first; i < end; i++) {
    largest = max(largest, responsibilities[i]);
  }
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    let weight = exp(responsibilities[i] - largest);
    responsibilities[i] = weight;
    sum += weight;
  }
  for (var i = first; i < end; i++) {
    responsibilities[i] /= sum;
  }
  log_likelihood[point] = largest + log(sum);
}
