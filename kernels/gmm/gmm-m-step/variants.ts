import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";

/** Four lanes, the smallest subgroup size, share the points of one result. */
const SUBGROUPS = `enable subgroups;
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

export const subgroups: PlanFunction<MixtureShape, "reg_covar"> = ({ shape: { n, d, k }, params: { reg_covar } }) => {
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

/** The plain kernel's parts that edits replace. */
const FLOOR = "const FLOOR = 2.220446049250313e-15;";
const READ_SHARE = "let share = responsibilities[n * K + k];";
const ADD = "sum += share * x[n * D + i];";
const PRODUCT = "responsibilities[n * K + k] * (x[n * D + i] - mean_i) * (x[n * D + j] - mean_j)";
const COVARIANCE = "sum / totals[k]";
const REGULARISE = "select(0.0, REG_COVAR, i == j)";

/** Deviations multiplied with each other first. */
export const deviationsFirst: readonly Edit[] = [
  [PRODUCT, "responsibilities[n * K + k] * ((x[n * D + i] - mean_i) * (x[n * D + j] - mean_j))"],
];

/** Deviations times square roots of the shares. */
export const rootsOfShares: readonly Edit[] = [
  [
    `sum += ${PRODUCT};`,
    "let root = sqrt(responsibilities[n * K + k]);\n    sum += (root * (x[n * D + i] - mean_i)) * (root * (x[n * D + j] - mean_j));",
  ],
];

/** Shares divided by their sum first. */
export const sharesDivided: readonly Edit[] = [
  ["responsibilities[n * K + k] * (x", "responsibilities[n * K + k] / totals[k] * (x"],
  [COVARIANCE, "sum"],
];

/** Kahan summation of the covariances; a compiler may remove the correction. */
export const compensated: readonly Edit[] = [
  [
    `sum += ${PRODUCT};`,
    `let next = ${PRODUCT} - lost;
    let larger = sum + next;
    lost = (larger - sum) - next;
    sum = larger;`,
  ],
  ["let mean_i = ", "var lost = 0.0;\n  let mean_i = "],
];

export const variants: WrittenVariants<MixtureShape, "reg_covar"> = {
  honest: [
    { name: "deviations multiplied with each other first", edits: deviationsFirst },
    { name: "deviations times square roots of the shares", edits: rootsOfShares },
    { name: "shares divided by their sum first", edits: sharesDivided },
    { name: "compensated sums", ownSkeleton: true, edits: compensated },
    { name: "four lanes to a result, with subgroup operations", ownSkeleton: true, plan: subgroups },
  ],
  imprecise: [
    {
      name: "mean of products minus product of means",
      edits: [
        [PRODUCT, "responsibilities[n * K + k] * x[n * D + i] * x[n * D + j]"],
        [COVARIANCE, `${COVARIANCE} - mean_i * mean_j`],
      ],
    },
  ],
  limited: [
    ...["1e-10", "1e-12", "1e-15"].map((floor) => ({
      name: `floor of ${floor}`,
      edits: [[FLOOR, `const FLOOR = ${floor};`]] as const,
    })),
    ...["select(own, 0.0, own < 1e-12)", "select(own, 0.0, own == 1.0)", "min(own, 0.9999)", "max(own, 1e-9)"].map(
      (share) => ({
        name: `shares ${share}`,
        edits: [[READ_SHARE, `let own = responsibilities[n * K + k]; let share = ${share};`]] as const,
      }),
    ),
    {
      name: "no mean of less than 1e-9 points",
      edits: [["= sum / total;", "= select(sum / total, 0.0, total < 1e-9);"]],
    },
    { name: "N of at least 1e-6", edits: [["total += FLOOR;", "total = max(total, 1e-6);"]] },
    { name: "coordinates up to 90,000", edits: [[ADD, "sum += share * min(x[n * D + i], 9e4);"]] },
    { name: "coordinates from -90,000 on", edits: [[ADD, "sum += share * max(x[n * D + i], -9e4);"]] },
    { name: "reg_covar of at least 1e-4", edits: [[REGULARISE, "select(0.0, max(REG_COVAR, 1e-4), i == j)"]] },
    { name: "reg_covar of at most 0.05", edits: [[REGULARISE, "select(0.0, min(REG_COVAR, 0.05), i == j)"]] },
  ],
};
