// An invocation takes one pair of a token, in several heads: it reads both elements once for both results, and the
// tables once for all its heads. Neighbours take neighbouring pairs.

override HEADS: u32;
override TOKENS: u32;
override DIM: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> cosines: array<f32>;
@group(0) @binding(2) var<storage, read> sines: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let half = DIM / 2;
  if (id.x >= TOKENS * half) {
    return;
  }
  let token = id.x / half;
  let pair = id.x % half;
  let cosine = cosines[id.x];
  let sine = sines[id.x];
  for (var head = id.y; head < HEADS; head += groups.y) {
    let at = (head * TOKENS + token) * DIM + pair;
    let first = x[at];
    let second = x[at + half];
    y[at] = first * cosine - second * sine;
    y[at + half] = second * cosine + first * sine;
  }
}
