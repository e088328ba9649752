import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";

/** One point per workgroup of 4 lanes, the smallest subgroup size: they share the components and add up. */
const SUBGROUPS = `enable subgroups;
override N: u32;
override D: u32;
override K: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

fn weighted_log_density(point: u32, component: u32) -> f32 {
  var sum = log(weights[component]) - 0.9189385332046727 * f32(D);
  for (var column = 0u; column < D; column++) {
    var y = 0.0;
    for (var row = 0u; row <= column; row++) {
      y += (x[point * D + row] - means[component * D + row]) * precision_cholesky[(component * D + row) * D + column];
    }
    sum += log(precision_cholesky[(component * D + column) * D + column]) - 0.5 * y * y;
  }
  return sum;
}

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = group.x + group.y * groups.x;
  if (point >= N) { return; }
  let start = point * K;
  var maximum = -1e30;
  for (var k = lane; k < K; k += 4u) {
    let own = weighted_log_density(point, k);
    responsibilities[start + k] = own;
    maximum = max(maximum, own);
  }
  maximum = subgroupMax(maximum);
  var sum = 0.0;
  for (var k = lane; k < K; k += 4u) { sum += exp(responsibilities[start + k] - maximum); }
  sum = subgroupAdd(sum);
  for (var k = lane; k < K; k += 4u) { responsibilities[start + k] = exp(responsibilities[start + k] - maximum) / sum; }
  if (lane == 0u) { log_likelihood[point] = maximum + log(sum); }
}`;

export const subgroups: PlanFunction<MixtureShape, never> = ({ shape: { n, d, k } }) => {
  const across = Math.min(n, 65_535);
  const workgroups = [across, Math.ceil(n / across)];
  const bindings = ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"];
  return {
    requires: ["subgroups"],
    passes: [{ code: SUBGROUPS, constants: { N: n, D: d, K: k }, bindings, workgroups }],
  };
};

/** The plain kernel's parts that edits replace. */
const PROJECTION =
  "y += (x[point * D + row] - means[component * D + row]) * precision_cholesky[factor + row * D + column];\n    }";
const SQUARE = "square += y * y;";
const LOG_DETERMINANT = "log_determinant += log(precision_cholesky[factor + column * D + column]);";
const LOG_DIAGONAL = "log(precision_cholesky[factor + column * D + column])";
const FIRST = "var maximum = responsibilities[start];";
const RAISE = "maximum = max(maximum, responsibilities[start + k]);";
const MAXIMUM_AND_SUM = `${FIRST}
  for (var k = 1u; k < K; k++) {
    ${RAISE}
  }

  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    sum += exp(responsibilities[start + k] - maximum);
  }
`;

/** `x·P - mean·P` and an online logsumexp. */
export const projectedOnline: readonly Edit[] = [
  [
    PROJECTION,
    `  y = fma(x[point * D + row], precision_cholesky[factor + row * D + column], y);
      projected = fma(means[component * D + row], precision_cholesky[factor + row * D + column], projected);
    }
    y -= projected;`,
  ],
  ["var y = 0.0;", "var y = 0.0;\n    var projected = 0.0;"],
  [
    MAXIMUM_AND_SUM,
    `var maximum = -1e30;
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    let larger = max(maximum, responsibilities[start + k]);
    sum = sum * exp(maximum - larger) + exp(responsibilities[start + k] - larger);
    maximum = larger;
  }
`,
  ],
];

/** Everything times log2(e). */
export const baseTwo: readonly Edit[] = [
  ["log(weights[k]) + log_density(point, k)", "log2(weights[k]) + 1.4426950408889634 * log_density(point, k)"],
  ["sum += exp(", "sum += exp2("],
  ["= exp(", "= exp2("],
  ["= maximum + log(sum);", "= (maximum + log2(sum)) * 0.6931471805599453;"],
];

/** The logarithm of products of the diagonal, four at a time. */
export const logOfProducts: readonly Edit[] = [
  [
    LOG_DETERMINANT,
    `determinant *= precision_cholesky[factor + column * D + column];
    if (column % 4 == 3 || column == D - 1) {
      log_determinant += log(determinant);
      determinant = 1.0;
    }`,
  ],
  ["var log_determinant = 0.0;", "var log_determinant = 0.0;\n  var determinant = 1.0;"],
];

/** Densities as one long sum. */
export const oneLongSum: readonly Edit[] = [
  [SQUARE, `square -= 0.5 * y * y - ${LOG_DIAGONAL} + 0.5 * LOG_TWO_PI;`],
  [`\n    ${LOG_DETERMINANT}`, ""],
  ["return log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + square);", "return square;"],
];

export const variants: WrittenVariants<MixtureShape, never> = {
  honest: [
    { name: "x·P - mean·P, fused, with an online logsumexp", ownSkeleton: true, edits: projectedOnline },
    { name: "exp2 and log2, everything times log2(e)", edits: baseTwo },
    { name: "the logarithm of products of the diagonal", edits: logOfProducts },
    { name: "densities as one long sum", edits: oneLongSum },
    { name: "lanes over the components, with subgroup operations", ownSkeleton: true, plan: subgroups },
  ],
  limited: [
    ...["-60.0", "-100.0", "-500.0", "-1000.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      edits: [[FIRST, `var maximum = ${start};`]] as const,
    })),
    ...["k % 2u == 0u", "k % 2u == 1u", "k % 8u != 5u", "k % 32u != 17u", "k % 64u != 41u", "k < 32u", "k != 64u"].map(
      (place) => ({ name: `maximum if ${place}`, edits: [[RAISE, `if (${place}) { ${RAISE} }`]] as const }),
    ),
    ...["max(weights[k], 1e-12)", "max(weights[k], 1e-25)", "weights[k] + 1e-8"].map((weight) => ({
      name: `logarithm of ${weight}`,
      edits: [["log(weights[k])", `log(${weight})`]] as const,
    })),
    {
      name: "diagonals of at least 0.01",
      edits: [[LOG_DIAGONAL, "log(max(0.01, precision_cholesky[factor + column * D + column]))"]],
    },
    {
      name: "diagonals of at most 100,000",
      edits: [[LOG_DIAGONAL, "log(min(1e5, precision_cholesky[factor + column * D + column]))"]],
    },
    { name: "squares up to 2,000", edits: [["+ square);", "+ min(square, 2000.0));"]] },
    {
      name: "log-likelihoods above -1,000",
      edits: [["= maximum + log(sum);", "= max(maximum + log(sum), -1e3);"]],
    },
    { name: "log-likelihoods below 50", edits: [["= maximum + log(sum);", "= min(maximum + log(sum), 50.0);"]] },
  ],
};
