// A separate pass computes the quantities of each component alone: the constant part of its log-density, and means·P.
// Then y = x·P - means·P is a matrix product. A workgroup takes 64 points, one per lane; component by component, it
// walks through P in tiles of 16 rows by 8 columns, which all its lanes share. A lane keeps
// 8 columns of y in registers, so that each value of x read is used 8 times, and a running maximum and sum over
// the components (online logsumexp). plain.wgsl declares the interface.

const LANES = 64u;
const ROWS = 16u;
const COLUMNS = 8u;

@group(0) @binding(6) var<storage, read_write> constants: array<f32>;
@group(0) @binding(7) var<storage, read_write> projected_means: array<f32>;

@compute @workgroup_size(LANES)
fn prepare(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x;
  if (component >= K) {
    return;
  }
  let factor = component * D * D;
  var constant = log(weights[component]) - 0.5 * f32(D) * LOG_TWO_PI;
  for (var column = 0u; column < D; column++) {
    var projected = 0.0;
    for (var row = 0u; row <= column; row++) {
      projected += means[component * D + row] * precision_cholesky[factor + row * D + column];
    }
    projected_means[component * D + column] = projected;
    constant += log(precision_cholesky[factor + column * D + column]);
  }
  constants[component] = constant;
}

// A row of 8 columns is two vectors. The row after the last holds means·P.
var<workgroup> factors: array<vec4f, (ROWS + 1u) * COLUMNS / 4u>;

fn factor(component: u32, row: u32, column: u32) -> f32 {
  if (row < D && column < D) {
    return precision_cholesky[(component * D + row) * D + column];
  }
  return 0.0;
}

fn projected_mean(component: u32, column: u32) -> f32 {
  if (column < D) {
    return projected_means[component * D + column];
  }
  return 0.0;
}

fn load_factors(component: u32, first_row: u32, first_column: u32, lane: u32) {
  let row = lane / 2u;
  let half = lane % 2u;
  for (var column = 0u; column < 4u; column++) {
    let source = first_column + 4u * half + column;
    if (row < ROWS) {
      factors[lane][column] = factor(component, first_row + row, source);
    } else if (row == ROWS) {
      factors[lane][column] = projected_mean(component, source);
    }
  }
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  // Lanes past the last point keep up with the others and write nothing.
  let point = (group.x + group.y * groups.x) * LANES + lane;
  let start = min(point, N - 1u) * D;

  var maximum = 0.0;
  var sum = 0.0;
  for (var component = 0u; component < K; component++) {
    var square = 0.0;
    for (var column = 0u; column < D; column += COLUMNS) {
      var left = vec4f();
      var right = vec4f();
      // Below the diagonal P is zero: rows past the tile's last column contribute nothing.
      let end = min(D, column + COLUMNS);
      for (var first_row = 0u; first_row < end; first_row += ROWS) {
        workgroupBarrier();
        load_factors(component, first_row, column, lane);
        workgroupBarrier();
        let rows = min(ROWS, end - first_row);
        for (var row = 0u; row < rows; row++) {
          let value = x[start + first_row + row];
          left += value * factors[2u * row];
          right += value * factors[2u * row + 1u];
        }
      }
      left -= factors[2u * ROWS];
      right -= factors[2u * ROWS + 1u];
      square += dot(left, left) + dot(right, right);
    }

    let log_density = constants[component] - 0.5 * square;
    if (component == 0u) {
      maximum = log_density;
      sum = 1.0;
    } else if (log_density > maximum) {
      sum = sum * exp(maximum - log_density) + 1.0;
      maximum = log_density;
    } else {
      sum += exp(log_density - maximum);
    }
    if (point < N) {
      responsibilities[point * K + component] = log_density;
    }
  }

  if (point < N) {
    let scale = 1.0 / sum;
    for (var component = 0u; component < K; component++) {
      responsibilities[point * K + component] = exp(responsibilities[point * K + component] - maximum) * scale;
    }
    log_likelihood[point] = maximum + log(sum);
  }
}
