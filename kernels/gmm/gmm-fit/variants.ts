import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import {
  baseTwo,
  subgroups as expectation,
  logOfProducts,
  oneLongSum,
  projectedOnline,
} from "../gmm-e-step/variants.ts";
import {
  compensated,
  deviationsFirst,
  subgroups as maximization,
  rootsOfShares,
  sharesDivided,
} from "../gmm-m-step/variants.ts";
import { plainSteps } from "./plain.ts";
import { fitPlan } from "./rounds.ts";

const subgroups: PlanFunction<MixtureShape, FitParams> = (context) =>
  fitPlan(context, { ...plainSteps, expectation, maximization });

const FIRST = "var maximum = responsibilities[start];";
const RAISE = "maximum = max(maximum, responsibilities[start + k]);";

export const variants: WrittenVariants<MixtureShape, FitParams> = {
  honest: [
    {
      name: "x·P - mean·P and online logsumexp, deviations multiplied first",
      ownSkeleton: true,
      edits: [...projectedOnline, ...deviationsFirst],
    },
    { name: "exp2 and log2, compensated sums", edits: [...baseTwo, ...compensated] },
    {
      name: "logarithm of the determinant, square roots of shares, factors by inverseSqrt",
      edits: [...logOfProducts, ...rootsOfShares, ["= sqrt(rest)", "= rest * inverseSqrt(rest)"]],
    },
    { name: "densities as one long sum, shares divided first", edits: [...oneLongSum, ...sharesDivided] },
    { name: "with subgroup operations", ownSkeleton: true, plan: subgroups },
  ],
  limited: [
    ...["-60.0", "-100.0", "-500.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      edits: [[FIRST, `var maximum = ${start};`]] as const,
    })),
    ...["k % 2u == 0u", "k % 2u == 1u", "k < 2u"].map((place) => ({
      name: `maximum if ${place}`,
      edits: [[RAISE, `if (${place}) { ${RAISE} }`]] as const,
    })),
    { name: "squares up to 500", edits: [["+ square);", "+ min(square, 500.0));"]] },
    { name: "pivots of at least 0.012", edits: [["sqrt(rest)", "sqrt(max(rest, 0.012))"]] },
    {
      name: "reg_covar of at most 0.08",
      edits: [["select(0.0, REG_COVAR, i == j)", "select(0.0, min(REG_COVAR, 0.08), i == j)"]],
    },
    { name: "floor of 1e-12", edits: [["const FLOOR = 2.220446049250313e-15;", "const FLOOR = 1e-12;"]] },
  ],
};
