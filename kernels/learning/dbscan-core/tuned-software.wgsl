// Each invocation compares four points, the columns of a tile, with all points, eight rows at a time.

override LIMIT: f32;
override MIN_SAMPLES: u32;

@group(0) @binding(1) var<storage, read_write> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> core: array<u32>;

// The columns of a tile are the points of `inputs.wgsl`, as the rows are.
fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * INPUTS_ROW;
  return transpose(mat4x4f(x_vector(starts.x, step), x_vector(starts.y, step), x_vector(starts.z, step), x_vector(starts.w, step)));
}

// One for each of four points that the row's point is near to. No square is below a limit for rows past the last.
fn near(row: u32, squares: vec4f) -> vec4u {
  return select(vec4u(0), vec4u(1), squares <= vec4f(select(-1.0, LIMIT, row < ROWS)));
}

@compute @workgroup_size(LANES)
fn count(@builtin(workgroup_id) workgroup: vec3u, own: Invocation) {
  let quartet = workgroup.x * LANES + own.lane;
  var counts: vec4u;
  for (var row = 0u; row < ROWS; row += 8u) {
    let squares = sums_of(own, row, quartet, 0u, STEPS);
    counts += near(row, squares.upper[0]) + near(row + 1u, squares.upper[1]);
    counts += near(row + 2u, squares.upper[2]) + near(row + 3u, squares.upper[3]);
    counts += near(row + 4u, squares.lower[0]) + near(row + 5u, squares.lower[1]);
    counts += near(row + 6u, squares.lower[2]) + near(row + 7u, squares.lower[3]);
  }
  for (var i = 4u * quartet; i < min(4u * quartet + 4u, COLUMNS); i++) {
    let own_count = counts[i & 3u];
    neighbours[i] = own_count;
    core[i] = select(0u, 1u, own_count >= MIN_SAMPLES);
  }
}
