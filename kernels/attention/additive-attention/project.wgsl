// The projection of all rows, queries or keys: one invocation for each element.

override ROWS: u32;
override COLS: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
// [ROWS, HIDDEN]
@group(0) @binding(2) var<storage, read_write> projected: array<f32>;

@compute @workgroup_size(64)
fn project(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= ROWS * HIDDEN) {
    return;
  }
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    sum += w[index % HIDDEN * COLS + c] * rows[index / HIDDEN * COLS + c];
  }
  projected[index] = sum;
}
