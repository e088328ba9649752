import { editedPlan } from "../../../harness/task/edits.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { plain } from "./plain.ts";

type MStepPlan = PlanFunction<MixtureShape, "reg_covar">;

/** Statements that sum the WGSL expression `term`, a function of `n`, over the points into a new variable `sum`. */
type Summation = (term: string) => string;

const inSequence: Summation = (term) => `var sum = 0.0; for (var n = 0u; n < POINTS; n++) { sum += ${term}; }`;

/** The parts of an M-step kernel in three passes, as WGSL. The defaults are the plain kernel's. */
interface Parts {
  readonly workgroupSize?: number;
  readonly sum?: Summation;
  /** The share of component `k` in point `n`. */
  readonly share?: string;
  /** Term added to `total`, the sum of shares. */
  readonly floor?: string;
  readonly weight?: string;
  /** A term of the mean's sum, and the mean from `sum`. */
  readonly meanTerm?: string;
  readonly mean?: string;
  /** A term of the covariance's sum, and the covariance from `sum`. */
  readonly term?: string;
  readonly covariance?: string;
  /** Number of points included. */
  readonly points?: string;
  /** Replaces the computation of the covariance: stores it in `result`. */
  readonly covarianceBody?: string;
}

const DIAGONAL = "select(0.0, REG_COVAR, i == j)";
const COVARIANCE = `sum / totals[k] + ${DIAGONAL}`;
const TERM = "share(n, k) * (x[n * D + i] - means[k * D + i]) * (x[n * D + j] - means[k * D + j])";

function kernel({
  workgroupSize = 64,
  sum = inSequence,
  share = "responsibilities[n * K + k]",
  floor = "2.220446049250313e-15",
  weight = "totals[k] / f32(N)",
  meanTerm = "share(n, k) * x[n * D + i]",
  mean = "sum / totals[k]",
  term = TERM,
  covariance = COVARIANCE,
  points = "N",
  covarianceBody = `${sum(term)}\n  let result = ${covariance};`,
}: Parts): MStepPlan {
  const head = `@compute @workgroup_size(${workgroupSize})`;
  const code = `
override N: u32;
override D: u32;
override K: u32;
override REG_COVAR: f32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> responsibilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> means: array<f32>;
@group(0) @binding(4) var<storage, read_write> covariances: array<f32>;
@group(0) @binding(5) var<storage, read_write> totals: array<f32>;

fn share(n: u32, k: u32) -> f32 { return ${share}; }

fn flat(id: vec3u, groups: vec3u) -> u32 { return id.x + id.y * groups.x * ${workgroupSize}u; }

${head} fn add_shares(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let k = flat(id, groups);
  if (k >= K) { return; }
  ${sum("share(n, k)")}
  totals[k] = sum + ${floor};
  weights[k] = ${weight};
}

${head} fn find_means(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let k = flat(id, groups) / D;
  let i = flat(id, groups) % D;
  if (k >= K) { return; }
  ${sum(meanTerm)}
  means[k * D + i] = ${mean};
}

${head} fn find_covariances(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat(id, groups);
  let k = at / (D * D);
  let i = at / D % D;
  let j = at % D;
  if (k >= K) { return; }
  ${covarianceBody}
  covariances[at] = result;
}`.replaceAll("POINTS", points);
  return ({ shape: { n, d, k }, params: { reg_covar } }) => {
    const constants = { N: n, D: d, K: k, REG_COVAR: reg_covar };
    const bindings = ["x", "responsibilities", "weights", "means", "covariances", "totals"];
    const pass = (entryPoint: string, results: number) => {
      const groups = Math.ceil(results / workgroupSize);
      const workgroups = [Math.min(groups, 65_535), Math.ceil(groups / 65_535)];
      return { code, entryPoint, constants, bindings, workgroups };
    };
    return {
      scratch: { totals: 4 * k },
      passes: [pass("add_shares", k), pass("find_means", k * d), pass("find_covariances", k * d * d)],
    };
  };
}

const reversed: Summation = (term) =>
  `var sum = 0.0; for (var left = POINTS; left > 0u; left--) { let n = left - 1u; sum += ${term}; }`;

/** Only a product with the share as first factor can be fused. */
const fused: Summation = (term) =>
  inSequence(term).replace(/sum \+= share\(n, k\) \* (.*);/, "sum = fma(share(n, k), $1, sum);");

const strided: Summation = (term) => `var parts = vec4f();
  for (var n = 0u; n < POINTS; n++) { parts[n % 4u] += ${term}; }
  let sum = (parts.x + parts.y) + (parts.z + parts.w);`;

const blocked: Summation = (term) => `var sum = 0.0;
  for (var start = 0u; start < POINTS; start += 32u) {
    var part = 0.0;
    for (var n = start; n < min(start + 32u, POINTS); n++) { part += ${term}; }
    sum += part;
  }`;

/** Kahan summation; a compiler may remove the correction. */
const compensated: Summation = (term) => `var sum = 0.0;
  var lost = 0.0;
  for (var n = 0u; n < POINTS; n++) {
    let next = ${term} - lost;
    let larger = sum + next;
    lost = (larger - sum) - next;
    sum = larger;
  }`;

const rounded: Summation = (term) =>
  `var sum = 0.0; for (var n = 0u; n < POINTS; n++) { sum = quantizeToF16(sum + ${term}); }`;

/** Four lanes, the smallest subgroup size, share the points of one result. */
const SUBGROUPS = `
enable subgroups;
override N: u32;
override D: u32;
override K: u32;
override REG_COVAR: f32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> responsibilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> means: array<f32>;
@group(0) @binding(4) var<storage, read_write> covariances: array<f32>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = group.x + group.y * groups.x;
  let k = at / (D * D);
  let i = at / D % D;
  let j = at % D;
  if (k >= K) { return; }
  var sums = vec3f();
  for (var n = lane; n < N; n += 4u) {
    sums += responsibilities[n * K + k] * vec3f(x[n * D + i], x[n * D + j], 1.0);
  }
  sums = subgroupAdd(sums);
  let total = sums.z + 2.220446049250313e-15;
  let mean = sums.xy / total;
  var sum = 0.0;
  for (var n = lane; n < N; n += 4u) {
    sum += responsibilities[n * K + k] * (x[n * D + i] - mean.x) * (x[n * D + j] - mean.y);
  }
  sum = subgroupAdd(sum);
  if (lane != 0u) { return; }
  covariances[at] = sum / total + select(0.0, REG_COVAR, i == j);
  if (j == 0u) { means[k * D + i] = mean.x; }
  if (i == 0u && j == 0u) { weights[k] = total / f32(N); }
}`;

const subgroups: MStepPlan = ({ shape: { n, d, k }, params: { reg_covar } }) => {
  const groups = k * d * d;
  return {
    requires: ["subgroups"],
    passes: [
      {
        code: SUBGROUPS,
        constants: { N: n, D: d, K: k, REG_COVAR: reg_covar },
        bindings: ["x", "responsibilities", "weights", "means", "covariances"],
        workgroups: [Math.min(groups, 65_535), Math.ceil(groups / 65_535)],
      },
    ],
  };
};

const FLOOR = "const FLOOR = 2.220446049250313e-15;";
const READ_SHARE = "let share = responsibilities[n * K + k];";
const ADD = "sum += share * x[n * D + i];";
const REGULARISE = "select(0.0, REG_COVAR, i == j)";

export const variants: Variants<MixtureShape, "reg_covar"> = {
  honest: [
    { name: "from the last point on", plan: kernel({ workgroupSize: 256, sum: reversed }) },
    {
      name: "fused, times reciprocals, deviations multiplied with each other first",
      plan: kernel({
        sum: fused,
        weight: "totals[k] * (1.0 / f32(N))",
        mean: "sum * (1.0 / totals[k])",
        term: "share(n, k) * ((x[n * D + i] - means[k * D + i]) * (x[n * D + j] - means[k * D + j]))",
        covariance: `fma(sum, 1.0 / totals[k], ${DIAGONAL})`,
      }),
    },
    {
      name: "four partial sums, one result to a workgroup",
      ownSkeleton: true,
      plan: kernel({ workgroupSize: 1, sum: strided }),
    },
    {
      name: "sums in blocks of 32, deviations times square roots of the shares",
      plan: kernel({
        sum: blocked,
        term: "(sqrt(share(n, k)) * (x[n * D + i] - means[k * D + i])) * (sqrt(share(n, k)) * (x[n * D + j] - means[k * D + j]))",
      }),
    },
    {
      name: "shares divided by their sum first",
      plan: kernel({
        meanTerm: "share(n, k) / totals[k] * x[n * D + i]",
        mean: "sum",
        term: TERM.replace("share(n, k)", "(share(n, k) / totals[k])"),
        covariance: `sum + ${DIAGONAL}`,
      }),
    },
    { name: "compensated sums", plan: kernel({ sum: compensated }) },
    { name: "four lanes to a result, with subgroup operations", ownSkeleton: true, plan: subgroups },
  ],
  imprecise: [
    {
      name: "points rounded to f16",
      plan: kernel({ meanTerm: "share(n, k) * quantizeToF16(x[n * D + i])" }),
    },
    {
      name: "deviations rounded to f16",
      plan: kernel({
        term: "share(n, k) * quantizeToF16(x[n * D + i] - means[k * D + i]) * quantizeToF16(x[n * D + j] - means[k * D + j])",
      }),
    },
    { name: "responsibilities rounded to f16", plan: kernel({ share: "quantizeToF16(responsibilities[n * K + k])" }) },
    { name: "products rounded to f16", plan: kernel({ term: `quantizeToF16(${TERM})` }) },
    { name: "sums rounded to f16", plan: kernel({ sum: rounded }) },
    {
      name: "mean of products minus product of means",
      plan: kernel({
        term: "share(n, k) * x[n * D + i] * x[n * D + j]",
        covariance: `sum / totals[k] - means[k * D + i] * means[k * D + j] + ${DIAGONAL}`,
      }),
    },
  ],
  wrong: [
    {
      name: "covariance over n",
      mistake: "covariance-divided-by-n",
      plan: kernel({ covariance: `sum / f32(N) + ${DIAGONAL}` }),
    },
    { name: "mean over n", mistake: "mean-divided-by-n", plan: kernel({ mean: "sum / f32(N)" }) },
    { name: "weights not divided", mistake: "weights-not-divided", plan: kernel({ weight: "totals[k]" }) },
    { name: "no reg_covar", mistake: "reg-covar-forgotten", plan: kernel({ covariance: "sum / totals[k]" }) },
    {
      name: "reg_covar in every element",
      mistake: "reg-covar-everywhere",
      plan: kernel({ covariance: "sum / totals[k] + REG_COVAR" }),
    },
    {
      name: "reg_covar divided",
      mistake: "reg-covar-divided",
      plan: kernel({ covariance: `(sum + ${DIAGONAL}) / totals[k]` }),
    },
    {
      name: "not centred",
      mistake: "not-centred",
      plan: kernel({ term: "share(n, k) * x[n * D + i] * x[n * D + j]" }),
    },
    {
      name: "centred on all points",
      mistake: "centred-on-all-points",
      plan: kernel({
        covarianceBody: `
  var all = vec2f();
  for (var n = 0u; n < N; n++) { all += vec2f(x[n * D + i], x[n * D + j]); }
  all /= f32(N);
  ${inSequence("share(n, k) * (x[n * D + i] - all.x) * (x[n * D + j] - all.y)")}
  let result = ${COVARIANCE};`,
      }),
    },
    {
      name: "centred on the first mean",
      mistake: "centred-on-first-mean",
      plan: kernel({ term: TERM.replaceAll("means[k * D + ", "means[") }),
    },
    {
      name: "covariance without shares",
      mistake: "covariance-not-weighted",
      plan: kernel({ term: TERM.replace("share(n, k) * ", "") }),
    },
    {
      name: "shares twice",
      mistake: "responsibility-squared",
      plan: kernel({ term: `share(n, k) * ${TERM}` }),
    },
    { name: "N - 1", mistake: "unbiased", plan: kernel({ covariance: `sum / (totals[k] - 1.0) + ${DIAGONAL}` }) },
    { name: "no floor", mistake: "floor-forgotten", plan: kernel({ floor: "0.0" }) },
    {
      name: "diagonal only",
      mistake: "variances-only",
      plan: kernel({ covariance: "select(0.0, sum / totals[k] + REG_COVAR, i == j)" }),
    },
    {
      name: "responsibilities as [k, n]",
      mistake: "responsibilities-transposed",
      plan: kernel({ share: "responsibilities[k * N + n]" }),
    },
    { name: "last point missing", mistake: "last-point-left-out", plan: kernel({ points: "(N - 1u)" }) },
    {
      name: "full tiles of 16 points only",
      mistake: "ragged-points-left-out-16",
      plan: kernel({ points: "(N / 16u * 16u)" }),
    },
  ],
  limited: [
    ...["1e-10", "1e-12", "1e-15"].map((floor) => ({
      name: `floor of ${floor}`,
      plan: editedPlan(plain, [FLOOR, `const FLOOR = ${floor};`]),
    })),
    ...["select(own, 0.0, own < 1e-12)", "select(own, 0.0, own == 1.0)", "min(own, 0.9999)", "max(own, 1e-9)"].map(
      (share) => ({
        name: `shares ${share}`,
        plan: editedPlan(plain, [READ_SHARE, `let own = responsibilities[n * K + k]; let share = ${share};`]),
      }),
    ),
    {
      name: "no mean of less than 1e-9 points",
      plan: editedPlan(plain, ["= sum / total;", "= select(sum / total, 0.0, total < 1e-9);"]),
    },
    { name: "N of at least 1e-6", plan: editedPlan(plain, ["total += FLOOR;", "total = max(total, 1e-6);"]) },
    {
      name: "coordinates up to 90,000",
      plan: editedPlan(plain, [ADD, ADD.replace("x[n * D + i]", "min(x[n * D + i], 9e4)")]),
    },
    {
      name: "coordinates from -90,000 on",
      plan: editedPlan(plain, [ADD, ADD.replace("x[n * D + i]", "max(x[n * D + i], -9e4)")]),
    },
    {
      name: "reg_covar of at least 1e-4",
      plan: editedPlan(plain, [REGULARISE, "select(0.0, max(REG_COVAR, 1e-4), i == j)"]),
    },
    {
      name: "reg_covar of at most 0.05",
      plan: editedPlan(plain, [REGULARISE, "select(0.0, min(REG_COVAR, 0.05), i == j)"]),
    },
  ],
};
