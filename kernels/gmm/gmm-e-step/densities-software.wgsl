// y = x·P - means·P by tiles (`tile.wgsl`): the rows of a tile are columns of P, and its columns are points, `w` of
// `linear.wgsl`. An invocation takes four points, one component after the other, with a running maximum and sum (online
// logsumexp).

override INPUTS: u32;
override STEPS: u32 = (INPUTS + 3u) / 4u;
// Indices from one row to the next.
override INPUTS_ROW: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> factors: array<Element>;
@group(0) @binding(2) var<storage, read> projected_means: array<f32>;
@group(0) @binding(3) var<storage, read> constants: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

// Whose factor `left` reads.
var<private> component: u32;

fn left(row: u32, step: u32) -> vec4f {
  return factors_vector((component * ROWS + min(row, ROWS - 1u)) * INPUTS_ROW, step);
}

fn squared(projected: vec4f, row: u32) -> vec4f {
  let y = select(vec4f(), projected - projected_means[component * ROWS + row], row < ROWS);
  return y * y;
}

fn sum_of_squares(projected: mat4x4f, row: u32) -> vec4f {
  return squared(projected[0], row) + squared(projected[1], row + 1u) + squared(projected[2], row + 2u) + squared(projected[3], row + 3u);
}

@compute @workgroup_size(LANES)
fn expect(@builtin(workgroup_id) workgroup: vec3u, own: Invocation) {
  let quartet = workgroup.x * LANES + own.lane;
  let first = 4u * quartet;
  let end = min(first + 4u, COLUMNS);

  var maximum: vec4f;
  var sum: vec4f;
  for (var k = 0u; k < K; k++) {
    component = k;
    var squares: vec4f;
    for (var row = 0u; row < ROWS; row += 8u) {
      // P is zero below its diagonal.
      let projected = sums_of(own, row, quartet, 0u, min(STEPS, row / 4u + 2u));
      squares += sum_of_squares(projected.upper, row) + sum_of_squares(projected.lower, row + 4u);
    }
    let log_densities = constants[k] - 0.5 * squares;
    if (k == 0u) {
      maximum = log_densities;
      sum = vec4f(1.0);
    } else {
      let larger = max(maximum, log_densities);
      sum = sum * exp(maximum - larger) + exp(log_densities - larger);
      maximum = larger;
    }
    for (var point = first; point < end; point++) {
      responsibilities[point * K + k] = log_densities[point & 3u];
    }
  }

  for (var point = first; point < end; point++) {
    let own_maximum = maximum[point & 3u];
    let scale = 1.0 / sum[point & 3u];
    for (var at = point * K; at < point * K + K; at++) {
      responsibilities[at] = exp(responsibilities[at] - own_maximum) * scale;
    }
    log_likelihood[point] = own_maximum + log(sum[point & 3u]);
  }
}
