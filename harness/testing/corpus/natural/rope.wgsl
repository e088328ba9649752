override ROWS: u32;
override TOKENS: u32;
override HALF: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> cosines: array<f32>;
@group(0) @binding(2) var<storage, read> sines: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(32)
fn rotate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pair = id.x;
  let row = id.z * groups.y + id.y;
  if (pair >= HALF || row >= ROWS) {
    return;
  }
  let token = row % TOKENS;
  let first = row * 2u * HALF + pair;
  let second = first + HALF;
  let from_table = token * HALF + pair;
  let turn = mat2x2f(cosines[from_table], sines[from_table], -sines[from_table], cosines[from_table]);
  let rotated = turn * vec2f(x[first], x[second]);
  y[first] = rotated.x;
  y[second] = rotated.y;
}
