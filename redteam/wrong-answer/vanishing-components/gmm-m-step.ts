// Row 17: takes components of less than 1e-9 points for empty.
// From: a reading of the declared ranges

const code = `
  override N: u32;
  override D: u32;
  override K: u32;
  override REG_COVAR: f32;

  const FLOOR = 2.220446049250313e-15;

  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read> responsibilities: array<f32>;
  @group(0) @binding(2) var<storage, read_write> weights: array<f32>;
  @group(0) @binding(3) var<storage, read_write> means: array<f32>;
  @group(0) @binding(4) var<storage, read_write> covariances: array<f32>;
  @group(0) @binding(5) var<storage, read_write> totals: array<f32>;

  @compute @workgroup_size(64)
  fn find_means(@builtin(global_invocation_id) id: vec3u) {
    let k = id.x / D;
    let i = id.x % D;
    if (k >= K) {
      return;
    }
    var total = 0.0;
    var sum = 0.0;
    for (var n = 0u; n < N; n++) {
      let share = responsibilities[n * K + k];
      total += share;
      sum += share * x[n * D + i];
    }
    total += FLOOR;
    means[id.x] = select(sum / total, 0.0, total < 1e-9);
    if (i == 0u) {
      totals[k] = total;
      weights[k] = total / f32(N);
    }
  }

  @compute @workgroup_size(64)
  fn find_covariances(@builtin(global_invocation_id) id: vec3u) {
    let k = id.x / (D * D);
    let i = id.x / D % D;
    let j = id.x % D;
    if (k >= K) {
      return;
    }
    let mean_i = means[k * D + i];
    let mean_j = means[k * D + j];
    var sum = 0.0;
    for (var n = 0u; n < N; n++) {
      sum += responsibilities[n * K + k] * (x[n * D + i] - mean_i) * (x[n * D + j] - mean_j);
    }
    covariances[id.x] = sum / totals[k] + select(0.0, REG_COVAR, i == j);
  }`;

export default function plan({ shape, params }) {
  const { n, d, k } = shape;
  const constants = { N: n, D: d, K: k, REG_COVAR: params.reg_covar };
  const bindings = ["x", "responsibilities", "weights", "means", "covariances", "totals"];
  const pass = (entryPoint, results) => ({
    ...{ code, entryPoint, constants, bindings },
    workgroups: [Math.ceil(results / 64)],
  });
  return {
    passes: [pass("find_means", k * d), pass("find_covariances", k * d * d)],
    scratch: { totals: 4 * k },
  };
}
