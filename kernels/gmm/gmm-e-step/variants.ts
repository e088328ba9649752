import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";

const PROJECTION =
  "(x[point * D + row] - means[component * D + row]) * precision_cholesky[factor + row * D + column];\n    }";
const DIAGONAL = "precision_cholesky[factor + column * D + column]";
const LOG_DIAGONAL = `log(${DIAGONAL})`;
const RAISE = "maximum = max(maximum, responsibilities[start + k]);";
const EXPONENTIAL = "exp(responsibilities[start + k] - maximum);\n  }";

/** `x·P - mean·P` and an online logsumexp. */
export const projectedOnline: readonly Edit[] = [
  ["var y = 0.0;", "var y = 0.0;\n    var projected = 0.0;"],
  [
    `y += ${PROJECTION}`,
    `y = fma(x[point * D + row], precision_cholesky[factor + row * D + column], y);
      projected = fma(means[component * D + row], precision_cholesky[factor + row * D + column], projected);
    }
    y -= projected;`,
  ],
  [`for (var k = 1u; k < K; k++) {\n    ${RAISE}\n  }`, ""],
  [
    `sum += ${EXPONENTIAL}`,
    `let larger = max(maximum, responsibilities[start + k]);
    sum = sum * exp(maximum - larger) + exp(responsibilities[start + k] - larger);
    maximum = larger;
  }`,
  ],
];

/** Densities as one long sum. */
export const oneLongSum: readonly Edit[] = [
  ["square += y * y;", `square -= 0.5 * y * y - ${LOG_DIAGONAL} + 0.5 * LOG_TWO_PI;`],
  [`\n    log_determinant += ${LOG_DIAGONAL};`, ""],
  ["return log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + square);", "return square;"],
];

/** Name, and the edit of the plain kernel. */
const LIMITED: readonly (readonly [name: string, ...Edit])[] = [
  ["maximum from -1000", "var maximum = responsibilities[start];", "var maximum = -1000.0;"],
  ...["k % 2u == 0u", "k % 8u != 5u", "k % 64u != 41u", "k < 32u"].map(
    (place) => [`maximum if ${place}`, RAISE, `if (${place}) { ${RAISE} }`] as const,
  ),
  ["diagonals of at least 0.01", LOG_DIAGONAL, `log(max(0.01, ${DIAGONAL}))`],
  ["diagonals of at most 100,000", LOG_DIAGONAL, `log(min(1e5, ${DIAGONAL}))`],
  ["log-likelihoods above -1,000", "= maximum + log(sum);", "= max(maximum + log(sum), -1e3);"],
  ["log-likelihoods below 50", "= maximum + log(sum);", "= min(maximum + log(sum), 50.0);"],
];

export const variants: WrittenVariants<MixtureShape, never> = {
  honest: [
    { name: "x·P - mean·P, fused, with an online logsumexp", ownSkeleton: true, edits: projectedOnline },
    { name: "densities as one long sum", edits: oneLongSum },
  ],
  limited: LIMITED.map(([name, ...edit]) => ({ name, edits: [edit] })),
};
