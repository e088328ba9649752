import { editedPlan } from "../../../harness/task/edits.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Variant, Variants } from "../../../harness/task/variant.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { variants as expectations } from "../gmm-e-step/variants.ts";
import { variants as maximizations } from "../gmm-m-step/variants.ts";
import { plain, plainSteps } from "./plain.ts";
import { fitPlan, type Steps } from "./rounds.ts";

type FitPlan = PlanFunction<MixtureShape, FitParams>;

/** A fit that differs from the plain one in some of its steps. */
function fitWith(steps: Partial<Steps>): FitPlan {
  return (context) => fitPlan(context, { ...plainSteps, ...steps });
}

/** One of the test kernels of the two steps. */
function named<K extends string, P extends string>(kept: readonly Variant<K, P>[], name: string): PlanFunction<K, P> {
  const found = kept.find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`there is no variant "${name}"`);
  return found.plan;
}

/** The plain factorisation and average, with a piece of the source replaced. */
function changed(piece: string, by: string): { readonly code: string } {
  if (!plainSteps.code.includes(piece)) throw new Error(`the plain kernel has no "${piece}"`);
  return { code: plainSteps.code.replaceAll(piece, by) };
}

const honestSteps = (expectation: string, maximization: string): Partial<Steps> => ({
  expectation: named(expectations.honest, expectation),
  maximization: named(maximizations.honest, maximization),
});

const wrongExpectation = (name: string): FitPlan => fitWith({ expectation: named(expectations.wrong, name) });
const wrongMaximization = (name: string): FitPlan => fitWith({ maximization: named(maximizations.wrong, name) });

/** The plan with its passes, or their bindings, replaced: the rounds are connected wrongly. */
function rearranged(change: (passes: ReturnType<FitPlan>["passes"], rounds: number) => ReturnType<FitPlan>["passes"]) {
  const plan: FitPlan = (context) => {
    const right = fitWith({})(context);
    return { ...right, passes: change(right.passes, context.params.iterations) };
  };
  return plan;
}

/** Passes of a plain round: the factorisation, the E-step's one, the M-step's two. */
const PASSES_PER_ROUND = 4;

/** Deviations from the means of the previous round: the new means go to scratch until the covariances are done. */
const oldMeans: FitPlan = (context) => {
  const { passes, scratch, ...rest } = fitWith({})(context);
  const { d, k } = context.shape;
  const copy = `
@group(0) @binding(0) var<storage, read> found: array<f32>;
@group(0) @binding(1) var<storage, read_write> means: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&found)) { means[id.x] = found[id.x]; }
}`;
  const workgroups = [Math.ceil((k * d) / 64)];
  return {
    ...rest,
    scratch: { ...scratch, new_means: 4 * k * d },
    passes: [
      // In the first round, the initial means are the old ones.
      { code: copy, bindings: ["means", "means_out"], workgroups },
      ...passes.flatMap((pass) => {
        if (pass.entryPoint === "find_means") {
          return [{ ...pass, bindings: pass.bindings.map((name) => (name === "means_out" ? "new_means" : name)) }];
        }
        if (pass.entryPoint !== "find_covariances") return [pass];
        return [pass, { code: copy, bindings: ["new_means", "means_out"], workgroups }];
      }),
    ],
  };
};

const FIRST = "var maximum = responsibilities[start];";
const RAISE = "maximum = max(maximum, responsibilities[start + k]);";

export const variants: Variants<MixtureShape, FitParams> = {
  honest: [
    {
      name: "x·P - mean·P and online logsumexp, sums from the last point on",
      ownSkeleton: true,
      plan: fitWith(honestSteps("x·P - mean·P, fused, with an online logsumexp", "from the last point on")),
    },
    {
      name: "from the last component on, fused sums and reciprocals",
      plan: fitWith(
        honestSteps(
          "from the last dimension and component on",
          "fused, times reciprocals, deviations multiplied with each other first",
        ),
      ),
    },
    {
      name: "exp2 and log2, four partial sums",
      plan: fitWith(
        honestSteps("exp2 and log2, everything times log2(e)", "four partial sums, one result to a workgroup"),
      ),
    },
    {
      name: "logarithm of the determinant, square roots of shares, factors by inverseSqrt",
      plan: fitWith({
        ...honestSteps(
          "the logarithm of the product of the diagonal",
          "sums in blocks of 32, deviations times square roots of the shares",
        ),
        ...changed("= sqrt(rest)", "= rest * inverseSqrt(rest)"),
      }),
    },
    {
      name: "densities as one long sum, shares divided first, fused factors",
      plan: fitWith({
        ...honestSteps("one point per workgroup, densities as one long sum", "shares divided by their sum first"),
        ...changed(
          "rest -= cholesky[start + row * D + i] * cholesky[start + column * D + i]",
          "rest = fma(-cholesky[start + row * D + i], cholesky[start + column * D + i], rest)",
        ),
      }),
    },
    {
      name: "zeros of P included, compensated sums, log-likelihoods averaged from the last on",
      plan: fitWith({
        ...honestSteps("four partial sums over the whole of P, its zeros included", "compensated sums"),
        ...changed("log_likelihood[n]", "log_likelihood[N - 1u - n]"),
      }),
    },
    {
      name: "with subgroup operations",
      ownSkeleton: true,
      plan: fitWith(
        honestSteps(
          "lanes over the components, with subgroup operations",
          "four lanes to a result, with subgroup operations",
        ),
      ),
    },
  ],
  imprecise: [
    {
      name: "differences and factors rounded to f16",
      plan: fitWith({ expectation: named(expectations.imprecise, "differences and factors rounded to f16") }),
    },
    {
      name: "responsibilities rounded to f16",
      plan: fitWith({ expectation: named(expectations.imprecise, "responsibilities rounded to f16") }),
    },
    {
      name: "deviations rounded to f16",
      plan: fitWith({ maximization: named(maximizations.imprecise, "deviations rounded to f16") }),
    },
    {
      name: "products rounded to f16",
      plan: fitWith({ maximization: named(maximizations.imprecise, "products rounded to f16") }),
    },
    {
      name: "factors rounded to f16",
      plan: fitWith(changed("= sqrt(rest)", "= quantizeToF16(sqrt(rest))")),
    },
    {
      name: "log-likelihoods rounded to f16",
      plan: fitWith(changed("sum += log_likelihood[n]", "sum += quantizeToF16(log_likelihood[n])")),
    },
  ],
  wrong: [
    {
      name: "log-likelihoods summed",
      mistake: "likelihood-summed",
      plan: fitWith(changed("sum / f32(N)", "sum")),
    },
    {
      name: "no E-step after the last round",
      mistake: "likelihood-before-last-m-step",
      plan: rearranged((passes, rounds) => [...passes.slice(0, rounds * PASSES_PER_ROUND), passes.at(-1)!]),
    },
    {
      name: "a round less",
      mistake: "one-round-too-few",
      plan: fitWith({ iterations: (iterations) => iterations - 1 }),
    },
    {
      name: "a round more",
      mistake: "one-round-too-many",
      plan: fitWith({ iterations: (iterations) => iterations + 1 }),
    },
    { name: "one round", mistake: "every-round-from-the-start", plan: fitWith({ iterations: () => 1 }) },
    {
      name: "factorised once",
      mistake: "factors-not-renewed",
      plan: rearranged((passes) => passes.filter(({ entryPoint }, at) => at === 0 || entryPoint !== "factorise")),
    },
    { name: "deviations from the old means", mistake: "old-means-in-covariances", plan: oldMeans },
    { name: "no reg_covar", mistake: "reg-covar-forgotten", plan: wrongMaximization("no reg_covar") },
    { name: "covariance over n", mistake: "covariance-divided-by-n", plan: wrongMaximization("covariance over n") },
    { name: "N - 1", mistake: "unbiased", plan: wrongMaximization("N - 1") },
    { name: "diagonal only", mistake: "variances-only", plan: wrongMaximization("diagonal only") },
    { name: "no weights", mistake: "weights-forgotten", plan: wrongExpectation("no weights") },
    { name: "no log-determinant", mistake: "no-log-determinant", plan: wrongExpectation("no log-determinant") },
    {
      name: "log-determinant subtracted",
      mistake: "log-determinant-subtracted",
      plan: wrongExpectation("log-determinant subtracted"),
    },
    { name: "no log(2π)", mistake: "no-two-pi", plan: wrongExpectation("no log(2π)") },
    { name: "P transposed", mistake: "factor-transposed", plan: wrongExpectation("P transposed") },
  ],
  limited: [
    ...["-60.0", "-100.0", "-500.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      plan: editedPlan(plain, [FIRST, `var maximum = ${start};`]),
    })),
    ...["k % 2u == 0u", "k % 2u == 1u", "k < 2u"].map((place) => ({
      name: `maximum if ${place}`,
      plan: editedPlan(plain, [RAISE, `if (${place}) { ${RAISE} }`]),
    })),
    { name: "squares up to 500", plan: editedPlan(plain, ["+ square);", "+ min(square, 500.0));"]) },
    { name: "pivots of at least 0.012", plan: editedPlan(plain, ["sqrt(rest)", "sqrt(max(rest, 0.012))"]) },
    {
      name: "reg_covar of at most 0.08",
      plan: editedPlan(plain, ["select(0.0, REG_COVAR, i == j)", "select(0.0, min(REG_COVAR, 0.08), i == j)"]),
    },
    {
      name: "floor of 1e-12",
      plan: editedPlan(plain, ["const FLOOR = 2.220446049250313e-15;", "const FLOOR = 1e-12;"]),
    },
  ],
};
