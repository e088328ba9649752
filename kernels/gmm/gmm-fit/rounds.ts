import type { Pass, Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";

/** The kernels of a fit. */
export interface Steps {
  /** An E-step and an M-step, as plans of their own tasks. */
  readonly expectation: PlanFunction<MixtureShape, never>;
  readonly maximization: PlanFunction<MixtureShape, "reg_covar">;
  /**
   * A module with two entry points: `factorise` turns covariances into precision Cholesky factors, using a scratch
   * buffer of the same size; `average`, run by one workgroup, computes the mean log-likelihood.
   */
  readonly code: string;
  readonly factoriseWorkgroups: (shape: Readonly<Record<MixtureShape, number>>) => number;
}

type Names = Readonly<Record<string, string>>;

const GIVEN: Names = { weights: "weights", means: "means", covariances: "covariances" };
const FOUND: Names = { weights: "weights_out", means: "means_out", covariances: "covariances_out" };

/**
 * The plan of a fit: factorisation, E-step and M-step for each round, one after the other; then a factorisation and an
 * E-step for the log-likelihood. The M-step writes its parameters directly into the outputs, where the next round reads
 * them.
 */
export function fitPlan(context: PlanContext<MixtureShape, FitParams>, steps: Steps): Plan {
  const { shape, params, task, device } = context;
  const { n, d, k } = shape;
  const expectation = steps.expectation({ task, shape, params: {}, device });
  const maximization = steps.maximization({ task, shape, params: { reg_covar: params.reg_covar }, device });
  const bindings = ({ covariances }: Names): string[] => [
    covariances!,
    "cholesky",
    "precision_cholesky",
    "log_likelihood",
    "mean_log_likelihood",
  ];
  const { code } = steps;
  // A pass receives only the sizes that it needs: it is compiled once for all shapes that share them.
  const factorise = (names: Names): Pass => ({
    ...{ code, entryPoint: "factorise", constants: { D: d, K: k } },
    bindings: bindings(names),
    workgroups: [steps.factoriseWorkgroups(shape)],
  });
  const average: Pass = {
    ...{ code, entryPoint: "average", constants: { N: n } },
    bindings: bindings(FOUND),
    workgroups: [1],
  };
  const expect = (names: Names): Pass[] => [factorise(names), ...renamed(expectation, names, "expectation_")];

  const passes: Pass[] = [];
  for (let iteration = 0; iteration < params.iterations; iteration++) {
    passes.push(...expect(iteration === 0 ? GIVEN : FOUND), ...renamed(maximization, FOUND, "maximization_"));
  }
  passes.push(...expect(FOUND), average);
  return {
    passes,
    scratch: {
      cholesky: 4 * k * d * d,
      precision_cholesky: 4 * k * d * d,
      responsibilities: 4 * n * k,
      log_likelihood: 4 * n,
      ...ownScratch(expectation, "expectation_"),
      ...ownScratch(maximization, "maximization_"),
    },
    requires: [...new Set([...(expectation.requires ?? []), ...(maximization.requires ?? [])])],
  };
}

/** The passes of a step, with parameters and scratch renamed to those of the fit. */
function renamed({ passes, scratch = {} }: Plan, names: Names, prefix: string): Pass[] {
  return passes.map((pass) => ({
    ...pass,
    bindings: pass.bindings.map((name) => (name in scratch ? prefix + name : (names[name] ?? name))),
  }));
}

function ownScratch({ scratch = {} }: Plan, prefix: string): Record<string, number> {
  return Object.fromEntries(Object.entries(scratch).map(([name, bytes]) => [prefix + name, bytes]));
}
