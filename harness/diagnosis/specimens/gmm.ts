import { plain as expectationPlain } from "../../../kernels/gmm/gmm-e-step/plain.ts";
import { plainSteps } from "../../../kernels/gmm/gmm-fit/plain.ts";
import { fitPlan } from "../../../kernels/gmm/gmm-fit/rounds.ts";
import { plain as maximizationPlain } from "../../../kernels/gmm/gmm-m-step/plain.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { type Specimen, withText } from "./specimen.ts";

export const expectation: readonly Specimen<MixtureShape, never>[] = [
  {
    name: "negative log-likelihood",
    cause: "log_likelihood has the wrong sign",
    says: [/sign/i, /log_likelihood/],
    plan: withText(
      expectationPlain,
      "log_likelihood[point] = maximum + log(sum);",
      "log_likelihood[point] = -(maximum + log(sum));",
    ),
  },
  {
    name: "room for 8 components",
    cause: "responsibilities are written for the first 8 components only",
    says: [/\b8\b/, /\bk\b|component/],
    plan: withText(
      expectationPlain,
      "for (var k = 0u; k < K; k++) {\n    responsibilities[start + k] = exp(responsibilities[start + k] - maximum) / sum;",
      "for (var k = 0u; k < min(K, 8u); k++) {\n    responsibilities[start + k] = exp(responsibilities[start + k] - maximum) / sum;",
    ),
  },
];

export const maximization: readonly Specimen<MixtureShape, "reg_covar">[] = [
  {
    name: "upper triangle only",
    cause: "covariances are written on and above the diagonal only",
    says: [/never written/i, /triangle|below the diagonal/i, /covariances/],
    plan: withText(
      maximizationPlain,
      "if (k >= K) {\n    return;\n  }\n  let mean_i",
      "if (k >= K || j < i) {\n    return;\n  }\n  let mean_i",
    ),
  },
  {
    name: "mean of the squares less the square of the mean",
    cause: "covariances are computed as E[xy] - E[x]E[y], which cancels",
    says: [/E\[x[²y]\]|cancel|square of the mean|subtract.*(before|after)/i],
    plan: withText(
      withText(
        maximizationPlain,
        "sum += responsibilities[n * K + k] * (x[n * D + i] - mean_i) * (x[n * D + j] - mean_j);",
        "sum += responsibilities[n * K + k] * x[n * D + i] * x[n * D + j];",
      ),
      "sum / totals[k] + select",
      "sum / totals[k] - mean_i * mean_j + select",
    ),
  },
];

export const fit: readonly Specimen<MixtureShape, FitParams>[] = [
  {
    name: "counts for weights",
    cause: "the weights are the sums of the responsibilities, not divided by the number of points",
    says: [/weights_out/, /factor|times|divided/i, /\bn\b|points/],
    plan: (context) =>
      fitPlan(context, {
        ...plainSteps,
        maximization: withText(maximizationPlain, "weights[k] = total / f32(N);", "weights[k] = total;"),
      }),
  },
];
