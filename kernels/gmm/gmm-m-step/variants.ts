import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";

const READ_SHARE = "let share = responsibilities[n * K + k];";
const PRODUCT = "responsibilities[n * K + k] * (x[n * D + i] - mean_i) * (x[n * D + j] - mean_j)";

/** Deviations times square roots of the shares. */
export const rootsOfShares: readonly Edit[] = [
  ["sum += responsibilities", "let root = sqrt(responsibilities[n * K + k]);\n    sum += responsibilities"],
  [PRODUCT, "(root * (x[n * D + i] - mean_i)) * (root * (x[n * D + j] - mean_j))"],
];

/** Shares divided by their sum first. */
export const sharesDivided: readonly Edit[] = [
  [PRODUCT, PRODUCT.replace("]", "] / totals[k]")],
  ["sum / totals[k]", "sum"],
];

/** Name, and the edit of the plain kernel. */
const LIMITED: readonly (readonly [name: string, ...Edit])[] = [
  ["floor of 1e-12", "const FLOOR = 2.220446049250313e-15;", "const FLOOR = 1e-12;"],
  ["floor of 1e-15", "const FLOOR = 2.220446049250313e-15;", "const FLOOR = 1e-15;"],
  ...["select(own, 0.0, own < 1e-12)", "select(own, 0.0, own == 1.0)", "max(own, 1e-9)"].map(
    (share) => [`shares ${share}`, READ_SHARE, `let own = responsibilities[n * K + k]; let share = ${share};`] as const,
  ),
  ["no mean of less than 1e-9 points", "= sum / total;", "= select(sum / total, 0.0, total < 1e-9);"],
  ["N of at least 1e-6", "total += FLOOR;", "total = max(total, 1e-6);"],
  ["reg_covar of at least 1e-4", "select(0.0, REG_COVAR, i == j)", "select(0.0, max(REG_COVAR, 1e-4), i == j)"],
  ["reg_covar of at most 0.05", "select(0.0, REG_COVAR, i == j)", "select(0.0, min(REG_COVAR, 0.05), i == j)"],
];

export const variants: WrittenVariants<MixtureShape, "reg_covar"> = {
  honest: [
    { name: "deviations times square roots of the shares", ownSkeleton: true, edits: rootsOfShares },
    { name: "shares divided by their sum first", edits: sharesDivided },
  ],
  imprecise: [
    {
      name: "mean of products minus product of means",
      edits: [
        [PRODUCT, "responsibilities[n * K + k] * x[n * D + i] * x[n * D + j]"],
        ["sum / totals[k]", "sum / totals[k] - mean_i * mean_j"],
      ],
    },
  ],
  limited: LIMITED.map(([name, ...edit]) => ({ name, edits: [edit] })),
};
