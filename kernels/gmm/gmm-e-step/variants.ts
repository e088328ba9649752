import { editedPlan } from "../../../harness/task/edits.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { plain } from "./plain.ts";

type EStepPlan = PlanFunction<MixtureShape, never>;

const BINDINGS = ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"];

/** The parts of an E-step kernel with one invocation per point, as WGSL. The defaults are the plain kernel's. */
interface Parts {
  readonly workgroupSize?: number;
  /** Statements that compute `((x - mean)·P)[column]` in `y`. */
  readonly projection?: string;
  /** Adds `y` to `square`. */
  readonly square?: string;
  /** Statements after the loop over the columns; they return the weighted log-density. */
  readonly density?: string;
  /** Turns the logarithms in `responsibilities[start + k]` into the results. */
  readonly normalisation?: string;
  /** Columns and components that are included. */
  readonly dimensions?: string;
  readonly components?: string;
}

const TERM = "(x[point * D + row] - means[component * D + row]) * factor(component, row, column)";
const DENSITY = "return log(weights[component]) + log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + square);";

const MAXIMUM = `
  var maximum = responsibilities[start];
  for (var k = 1u; k < COMPONENTS; k++) { maximum = max(maximum, responsibilities[start + k]); }`;

const SUM = `${MAXIMUM}
  var sum = 0.0;
  for (var k = 0u; k < COMPONENTS; k++) { sum += exp(responsibilities[start + k] - maximum); }`;

/** Writes each share as an expression in the logarithm `own`. */
const shares = (share: string): string => `
  for (var k = 0u; k < K; k++) {
    let own = responsibilities[start + k];
    responsibilities[start + k] = ${share};
  }`;

const TWO_PASSES = `${SUM}${shares("exp(own - maximum) / sum")}
  log_likelihood[point] = maximum + log(sum);`;

function kernel({
  workgroupSize = 64,
  projection = `for (var row = 0u; row <= column; row++) { y += ${TERM}; }`,
  square = "square += y * y;",
  density = DENSITY,
  normalisation = TWO_PASSES,
  dimensions = "D",
  components = "K",
}: Parts): EStepPlan {
  const code = `
override N: u32;
override D: u32;
override K: u32;
const LOG_TWO_PI = 1.8378770664093453;
const LOG2E = 1.4426950408889634;
const LN2 = 0.6931471805599453;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

fn factor(component: u32, row: u32, column: u32) -> f32 {
  return precision_cholesky[(component * D + row) * D + column];
}

fn weighted_log_density(point: u32, component: u32) -> f32 {
  var square = 0.0;
  var log_determinant = 0.0;
  for (var column = 0u; column < ${dimensions}; column++) {
    var y = 0.0;
    ${projection}
    ${square}
    log_determinant += log(factor(component, column, column));
  }
  ${density}
}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let point = id.x + id.y * groups.x * ${workgroupSize}u;
  if (point >= N) { return; }
  let start = point * K;
  for (var k = 0u; k < K; k++) { responsibilities[start + k] = weighted_log_density(point, k); }
  ${normalisation.replaceAll("COMPONENTS", components)}
}`;
  return ({ shape: { n, d, k } }) => {
    const groups = Math.ceil(n / workgroupSize);
    const workgroups = [Math.min(groups, 65_535), Math.ceil(groups / 65_535)];
    return { passes: [{ code, constants: { N: n, D: d, K: k }, bindings: BINDINGS, workgroups }] };
  };
}

const ONLINE = `
  var maximum = -1e30;
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    let larger = max(maximum, responsibilities[start + k]);
    sum = sum * exp(maximum - larger) + exp(responsibilities[start + k] - larger);
    maximum = larger;
  }
  let log_sum = maximum + log(sum);${shares("exp(own - log_sum)")}
  log_likelihood[point] = log_sum;`;

const REVERSED = `
  var maximum = responsibilities[start + K - 1u];
  for (var k = 1u; k < K; k++) { maximum = max(maximum, responsibilities[start + K - 1u - k]); }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) { sum += exp(responsibilities[start + K - 1u - k] - maximum); }
  let scale = 1.0 / sum;${shares("exp(own - maximum) * scale")}
  log_likelihood[point] = log(sum) + maximum;`;

const BASE_TWO = `${MAXIMUM}
  var sum = 0.0;
  for (var k = 0u; k < K; k++) { sum += exp2(responsibilities[start + k] - maximum); }
  let log_sum = maximum + log2(sum);${shares("exp2(own - log_sum)")}
  log_likelihood[point] = log_sum * LN2;`;

/** One point per workgroup of 4 lanes, the smallest subgroup size: they share the components and add up. */
const SUBGROUPS = `
enable subgroups;
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

const subgroups: EStepPlan = ({ shape: { n, d, k } }) => {
  const across = Math.min(n, 65_535);
  const workgroups = [across, Math.ceil(n / across)];
  return {
    requires: ["subgroups"],
    passes: [{ code: SUBGROUPS, constants: { N: n, D: d, K: k }, bindings: BINDINGS, workgroups }],
  };
};

/** A second pass divides by the sums over the points (wrong). */
const OVER_POINTS = `
override N: u32;
override K: u32;
@group(0) @binding(0) var<storage, read_write> responsibilities: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= K) { return; }
  var maximum = responsibilities[k];
  for (var point = 1u; point < N; point++) { maximum = max(maximum, responsibilities[point * K + k]); }
  var sum = 0.0;
  for (var point = 0u; point < N; point++) { sum += exp(responsibilities[point * K + k] - maximum); }
  for (var point = 0u; point < N; point++) {
    responsibilities[point * K + k] = exp(responsibilities[point * K + k] - maximum) / sum;
  }
}`;

const normalisedOverPoints: EStepPlan = (context) => {
  const { n, k } = context.shape;
  const { passes } = kernel({ normalisation: `${SUM}\n  log_likelihood[point] = maximum + log(sum);` })(context);
  const second = { code: OVER_POINTS, constants: { N: n, K: k }, bindings: ["responsibilities"] };
  return { passes: [...passes, { ...second, workgroups: [Math.ceil(k / 64)] }] };
};

const LOGARITHMS_ADDED = "return log(weights[component]) + log_determinant";

/** The plain kernel's maximum. */
const FIRST = "var maximum = responsibilities[start];";
const RAISE = "maximum = max(maximum, responsibilities[start + k]);";
const LOG_DIAGONAL = "log(precision_cholesky[factor + column * D + column])";

export const variants: Variants<MixtureShape, never> = {
  honest: [
    {
      name: "x·P - mean·P, fused, with an online logsumexp",
      ownSkeleton: true,
      plan: kernel({
        workgroupSize: 256,
        projection: `
    var projected = 0.0;
    for (var row = 0u; row <= column; row++) {
      y = fma(x[point * D + row], factor(component, row, column), y);
      projected = fma(means[component * D + row], factor(component, row, column), projected);
    }
    y -= projected;`,
        square: "square = fma(y, y, square);",
        normalisation: ONLINE,
      }),
    },
    {
      name: "from the last dimension and component on",
      plan: kernel({
        projection: `for (var i = 0u; i <= column; i++) { let row = column - i; y += ${TERM}; }`,
        normalisation: REVERSED,
      }),
    },
    {
      name: "exp2 and log2, everything times log2(e)",
      plan: kernel({
        density: "return log2(weights[component]) + LOG2E * (log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + square));",
        normalisation: BASE_TWO,
      }),
    },
    {
      name: "four partial sums over the whole of P, its zeros included",
      plan: kernel({
        projection: `
    var parts = vec4f();
    for (var row = 0u; row < D; row++) { parts[row % 4u] += ${TERM}; }
    y = (parts.x + parts.y) + (parts.z + parts.w);`,
      }),
    },
    {
      name: "the logarithm of the product of the diagonal",
      plan: kernel({
        density: `
  var determinant = weights[component];
  var rest = 0.0;
  for (var i = 0u; i < D; i++) {
    determinant *= factor(component, i, i);
    if (i % 8u == 7u) { rest += log(determinant); determinant = 1.0; }
  }
  return rest + log(determinant) - (0.5 * f32(D) * LOG_TWO_PI + 0.5 * square);`,
      }),
    },
    {
      name: "one point per workgroup, densities as one long sum",
      plan: kernel({
        workgroupSize: 1,
        square: "square -= 0.5 * y * y - log(factor(component, column, column)) + 0.5 * LOG_TWO_PI;",
        density: "return square + log(weights[component]);",
      }),
    },
    { name: "lanes over the components, with subgroup operations", ownSkeleton: true, plan: subgroups },
  ],
  imprecise: [
    {
      name: "points and means rounded to f16",
      plan: kernel({
        projection: `for (var row = 0u; row <= column; row++) {
      y += (quantizeToF16(x[point * D + row]) - quantizeToF16(means[component * D + row])) * factor(component, row, column);
    }`,
      }),
    },
    {
      name: "differences and factors rounded to f16",
      plan: kernel({
        projection: `for (var row = 0u; row <= column; row++) {
      y += quantizeToF16(x[point * D + row] - means[component * D + row]) * quantizeToF16(factor(component, row, column));
    }`,
      }),
    },
    { name: "squares rounded to f16", plan: kernel({ square: "square += quantizeToF16(y * y);" }) },
    {
      name: "responsibilities rounded to f16",
      plan: kernel({
        normalisation: `${SUM}${shares("quantizeToF16(exp(own - maximum) / sum)")}
  log_likelihood[point] = maximum + log(sum);`,
      }),
    },
    {
      name: "sum rounded to f16",
      plan: kernel({
        normalisation: `${SUM}
  sum = quantizeToF16(sum);${shares("exp(own - maximum) / sum")}
  log_likelihood[point] = maximum + log(sum);`,
      }),
    },
  ],
  wrong: [
    {
      name: "P transposed",
      mistake: "factor-transposed",
      plan: kernel({
        projection: `for (var row = column; row < D; row++) { y += ${TERM.replace("row, column)", "column, row)")}; }`,
      }),
    },
    {
      name: "no log-determinant",
      mistake: "no-log-determinant",
      plan: kernel({ density: DENSITY.replace(" + log_determinant", "") }),
    },
    {
      name: "log-determinant subtracted",
      mistake: "log-determinant-subtracted",
      plan: kernel({ density: DENSITY.replace("+ log_determinant", "- log_determinant") }),
    },
    {
      name: "half of the log-determinant",
      mistake: "log-determinant-halved",
      plan: kernel({ density: `${LOGARITHMS_ADDED} * 0.5 - 0.5 * (f32(D) * LOG_TWO_PI + square);` }),
    },
    {
      name: "no log(2π)",
      mistake: "no-two-pi",
      plan: kernel({ density: `${LOGARITHMS_ADDED} - 0.5 * square;` }),
    },
    {
      name: "log(2π) once",
      mistake: "two-pi-once",
      plan: kernel({ density: DENSITY.replace("f32(D) * LOG_TWO_PI", "LOG_TWO_PI") }),
    },
    {
      name: "no weights",
      mistake: "weights-forgotten",
      plan: kernel({ density: DENSITY.replace("log(weights[component]) + ", "") }),
    },
    {
      name: "square not halved",
      mistake: "square-not-halved",
      plan: kernel({ density: `${LOGARITHMS_ADDED} - 0.5 * f32(D) * LOG_TWO_PI - square;` }),
    },
    {
      name: "densities for responsibilities",
      mistake: "not-normalised",
      plan: kernel({ normalisation: `${SUM}${shares("exp(own)")}\n  log_likelihood[point] = maximum + log(sum);` }),
    },
    {
      name: "logarithms of the responsibilities",
      mistake: "logarithms-left",
      plan: kernel({
        normalisation: `${SUM}${shares("own - maximum - log(sum)")}\n  log_likelihood[point] = maximum + log(sum);`,
      }),
    },
    {
      name: "no maximum subtracted",
      mistake: "no-max-subtraction",
      plan: kernel({ normalisation: TWO_PASSES.replace(MAXIMUM, "\n  let maximum = 0.0;") }),
    },
    {
      name: "maximum not added back",
      mistake: "likelihood-without-maximum",
      plan: kernel({ normalisation: TWO_PASSES.replace("= maximum + log(sum)", "= log(sum)") }),
    },
    {
      name: "last dimension missing",
      mistake: "last-dimension-left-out",
      plan: kernel({ dimensions: "D - 1u" }),
    },
    {
      name: "last component missing",
      mistake: "last-component-left-out",
      plan: kernel({ components: "(K - 1u)" }),
    },
    {
      name: "full tiles of 4 dimensions only",
      mistake: "ragged-dimensions-left-out-4",
      plan: kernel({ dimensions: "D / 4u * 4u" }),
    },
    {
      name: "full tiles of 16 components only",
      mistake: "ragged-components-left-out-16",
      plan: kernel({ components: "(K / 16u * 16u)" }),
    },
    { name: "responsibilities over the points", mistake: "normalised-over-points", plan: normalisedOverPoints },
  ],
  limited: [
    ...["-60.0", "-100.0", "-500.0", "-1000.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      plan: editedPlan(plain, [FIRST, `var maximum = ${start};`]),
    })),
    ...["k % 2u == 0u", "k % 2u == 1u", "k % 8u != 5u", "k % 32u != 17u", "k % 64u != 41u", "k < 32u", "k != 64u"].map(
      (place) => ({ name: `maximum if ${place}`, plan: editedPlan(plain, [RAISE, `if (${place}) { ${RAISE} }`]) }),
    ),
    ...["max(weights[k], 1e-12)", "max(weights[k], 1e-25)", "weights[k] + 1e-8"].map((weight) => ({
      name: `logarithm of ${weight}`,
      plan: editedPlan(plain, ["log(weights[k])", `log(${weight})`]),
    })),
    {
      name: "diagonals of at least 0.01",
      plan: editedPlan(plain, [LOG_DIAGONAL, LOG_DIAGONAL.replace("(", "(max(0.01, ").replace(/$/, ")")]),
    },
    {
      name: "diagonals of at most 100,000",
      plan: editedPlan(plain, [LOG_DIAGONAL, LOG_DIAGONAL.replace("(", "(min(1e5, ").replace(/$/, ")")]),
    },
    { name: "squares up to 2,000", plan: editedPlan(plain, ["+ square);", "+ min(square, 2000.0));"]) },
    {
      name: "log-likelihoods above -1,000",
      plan: editedPlan(plain, ["= maximum + log(sum);", "= max(maximum + log(sum), -1e3);"]),
    },
    {
      name: "log-likelihoods below 50",
      plan: editedPlan(plain, ["= maximum + log(sum);", "= min(maximum + log(sum), 50.0);"]),
    },
  ],
};
