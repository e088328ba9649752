// For software adapters, and windows of 3 by 3, two apart, in rows of whole vectors: an invocation takes four neighbouring
// outputs of a row. Loops are written out, which cost these adapters more than loads.

override BATCH: u32;
override CHANNELS: u32;
override HEIGHT: u32;
override WIDTH: u32;
override OH: u32;
override OW: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  let quartets = (OW + 3) / 4;
  let row = index / quartets;
  if (row >= BATCH * CHANNELS * OH) {
    return;
  }
  let quartet = index % quartets;
  // Four windows begin in two vectors. Those past the row's last output are not stored.
  let at = (row / OH * HEIGHT + row % OH * 2) * (WIDTH / 4) + quartet * 2;
  let largest = max(max(of_row(at), of_row(at + WIDTH / 4)), of_row(at + WIDTH / 2));

  let first = row * OW + quartet * 4;
  let count = OW - quartet * 4;
  y[first] = largest.x;
  // OW is odd, since WIDTH is a multiple of four.
  if (count > 1) {
    y[first + 1] = largest.y;
    y[first + 2] = largest.z;
  }
  if (count > 3) {
    y[first + 3] = largest.w;
  }
}

// The maxima of four windows' elements in a row.
fn of_row(at: u32) -> vec4f {
  let a = x[at];
  let b = x[at + 1];
  let c = x[at + 2];
  let left = vec4f(a.x, a.z, b.x, b.z);
  let middle = vec4f(a.y, a.w, b.y, b.w);
  let right = vec4f(a.z, b.x, b.z, c.x);
  return max(max(left, middle), right);
}
