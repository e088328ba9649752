import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { oneLongSum, projectedOnline } from "../gmm-e-step/variants.ts";
import { rootsOfShares, sharesDivided } from "../gmm-m-step/variants.ts";

const REGULARISE = "select(0.0, REG_COVAR, i == j)";
const UNSEEN = "all deviations from a rounded mean are multiplied by others, which add up to zero";

export const variants: WrittenVariants<MixtureShape, FitParams> = {
  honest: [
    {
      name: "x·P - mean·P and online logsumexp, square roots of shares, factors by inverseSqrt",
      ownSkeleton: true,
      edits: [...projectedOnline, ...rootsOfShares, ["= sqrt(rest)", "= rest * inverseSqrt(rest)"]],
    },
    { name: "densities as one long sum, shares divided first", edits: [...oneLongSum, ...sharesDivided] },
  ],
  limited: [
    { name: "maximum from -500", edits: [["var maximum = responsibilities[start];", "var maximum = -500.0;"]] },
    { name: "squares up to 500", edits: [["+ square);", "+ min(square, 500.0));"]] },
    { name: "pivots of at least 0.012", edits: [["sqrt(rest)", "sqrt(max(rest, 0.012))"]] },
    {
      name: "reg_covar of at most 0.08",
      edits: [[REGULARISE, REGULARISE.replace("REG_COVAR", "min(REG_COVAR, 0.08)")]],
    },
    { name: "floor of 1e-12", edits: [["const FLOOR = 2.220446049250313e-15;", "const FLOOR = 1e-12;"]] },
  ],
  unseen: {
    "f16: let mean_i = means[k * D + i]": UNSEEN,
    "f16: let mean_j = means[k * D + j]": UNSEEN,
    "tuned, f16: let mean_a = band_of_mean(component, a)": UNSEEN,
    "tuned, f16: let mean_b = band_of_mean(component, b)": UNSEEN,
  },
};
