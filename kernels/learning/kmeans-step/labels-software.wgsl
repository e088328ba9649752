// Labels on a CPU: each invocation finds the nearest centroids of four points. Centroids are the rows of a tile, `x` of
// `inputs.wgsl`, and points its columns, `w` of `linear.wgsl`.

@group(0) @binding(2) var<storage, read_write> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> distances: array<f32>;

struct Nearest {
  label: vec4u,
  distance: vec4f,
}

// For clusters past the last, the known distance counts as zero, and no square is below it.
fn nearer(known: Nearest, cluster: u32, squares: vec4f) -> Nearest {
  let is_nearer = squares < select(vec4f(), known.distance, cluster < ROWS);
  return Nearest(select(known.label, vec4u(cluster), is_nearer), select(known.distance, squares, is_nearer));
}

@compute @workgroup_size(LANES)
fn label(@builtin(workgroup_id) workgroup: vec3u, own: Invocation) {
  let quartet = workgroup.x * LANES + own.lane;
  var nearest = Nearest(vec4u(), vec4f(3e38));
  for (var row = 0u; row < ROWS; row += 8u) {
    let squares = sums_of(own, row, quartet, 0u, STEPS);
    nearest = nearer(nearer(nearest, row, squares.upper[0]), row + 1u, squares.upper[1]);
    nearest = nearer(nearer(nearest, row + 2u, squares.upper[2]), row + 3u, squares.upper[3]);
    nearest = nearer(nearer(nearest, row + 4u, squares.lower[0]), row + 5u, squares.lower[1]);
    nearest = nearer(nearer(nearest, row + 6u, squares.lower[2]), row + 7u, squares.lower[3]);
  }
  for (var i = 4u * quartet; i < min(4u * quartet + 4u, COLUMNS); i++) {
    labels[i] = nearest.label[i & 3u];
    distances[i] = nearest.distance[i & 3u];
  }
}
