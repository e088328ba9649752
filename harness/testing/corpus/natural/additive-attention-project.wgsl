override ROWS: u32;
override DIM: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> units: array<f32>;

@compute @workgroup_size(8, 8)
fn project(@builtin(global_invocation_id) id: vec3u) {
  let unit = id.x;
  let row = id.y;
  if (unit >= HIDDEN || row >= ROWS) {
    return;
  }
  var sum = 0.0;
  for (var d = 0u; d < DIM; d++) {
    sum += w[unit * DIM + d] * rows[row * DIM + d];
  }
  units[row * HIDDEN + unit] = sum;
}
