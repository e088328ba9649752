import type { Mistake } from "../../../harness/task/task.ts";
import { COMPONENT_FLOOR, type Mixture, type MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";

type MStepMistake = Mistake<MixtureShape, "reg_covar">;

/** The inputs of the M-step. */
export interface MStepOperands {
  readonly x: ArrayLike<number>;
  readonly responsibilities: ArrayLike<number>;
  readonly regCovar: number;
}

/** Possible faults of an M-step; the correct one has none. */
export interface MStepFaults {
  /** Number of points included. */
  readonly points?: (n: number) => number;
  /** Index from which the share of a component in a point is read. */
  readonly shareAt?: (point: number, component: number, shape: Shape<MixtureShape>) => number;
  readonly floor?: number;
  readonly weightDivisor?: (n: number) => number;
  readonly meanDivisor?: (total: number, n: number) => number;
  readonly covarianceDivisor?: (total: number, n: number) => number;
  /** Origin of the deviations. */
  readonly centre?: "own mean" | "mean of all points" | "origin" | "first mean";
  /** Weight of a point in the covariance, given its share. */
  readonly covarianceShare?: (share: number) => number;
  /** Term added to the covariance of dimensions `i` and `j`. */
  readonly regularisation?: (regCovar: number, isDiagonal: boolean, total: number) => number;
  readonly isDiagonalOnly?: boolean;
  /** Means that replace the new ones as origin of the deviations, `[k, d]`. */
  readonly centres?: ArrayLike<number>;
}

/** The M-step of a kernel with these faults. */
export function maximized(
  shape: Shape<MixtureShape>,
  { x, responsibilities, regCovar }: MStepOperands,
  faults: MStepFaults,
): Mixture {
  const { n, d, k } = shape;
  const { floor = COMPONENT_FLOOR, centre = "own mean", centres } = faults;
  const points = faults.points?.(n) ?? n;
  const shareOf = (point: number, component: number) =>
    responsibilities[faults.shareAt?.(point, component, shape) ?? point * k + component]!;

  const totals = new Float64Array(k).fill(floor);
  const means = new Float64Array(k * d);
  for (let component = 0; component < k; component++) {
    for (let point = 0; point < points; point++) totals[component]! += shareOf(point, component);
    const divisor = faults.meanDivisor?.(totals[component]!, n) ?? totals[component]!;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let point = 0; point < points; point++) sum += shareOf(point, component) * x[point * d + i]!;
      // Rounded to f32, so that identical points have no variance.
      means[component * d + i] = Math.fround(sum / divisor);
    }
  }
  const weights = totals.map((total) => total / (faults.weightDivisor?.(n) ?? n));

  const meanOfAll = new Float64Array(d);
  for (let at = 0; at < n * d; at++) meanOfAll[at % d]! += x[at]! / n;
  const centreOf = (component: number, i: number): number => {
    if (centres !== undefined) return centres[component * d + i]!;
    if (centre === "origin") return 0;
    if (centre === "mean of all points") return meanOfAll[i]!;
    return means[(centre === "first mean" ? 0 : component) * d + i]!;
  };
  const covariances = new Float64Array(k * d * d);
  for (let component = 0; component < k; component++) {
    const total = totals[component]!;
    const divisor = faults.covarianceDivisor?.(total, n) ?? total;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const isDiagonal = i === j;
        const [atI, atJ] = [centreOf(component, i), centreOf(component, j)];
        let sum = 0;
        for (let point = 0; point < points; point++) {
          const share = shareOf(point, component);
          const weight = faults.covarianceShare?.(share) ?? share;
          sum += weight * (x[point * d + i]! - atI) * (x[point * d + j]! - atJ);
        }
        if (faults.isDiagonalOnly && !isDiagonal) sum = 0;
        const added = faults.regularisation?.(regCovar, isDiagonal, total) ?? (isDiagonal ? regCovar : 0);
        covariances[(component * d + i) * d + j] = sum / divisor + added;
      }
    }
  }
  return { weights, means, covariances };
}

function faulty(faults: MStepFaults): MStepMistake["outputs"] {
  return ({ shape, params, inputs }: Problem<MixtureShape, "reg_covar">) => {
    const operands = { x: inputs.x!, responsibilities: inputs.responsibilities!, regCovar: params.reg_covar };
    return { ...maximized(shape, operands, faults) } as Record<keyof Mixture, Float64Array>;
  };
}

const POINT_TILES = [4, 8, 16, 32, 64, 128, 256];

export const mistakes: readonly MStepMistake[] = [
  {
    name: "covariance-divided-by-n",
    about: "the covariances are divided by the number of points",
    hint: "Divide by N[k], not n: a weighted sum is divided by the sum of its weights.",
    outputs: faulty({ covarianceDivisor: (_, n) => n }),
  },
  {
    name: "mean-divided-by-n",
    about: "the means are divided by the number of points",
    hint: "Divide by N[k], not n: a weighted sum is divided by the sum of its weights.",
    outputs: faulty({ meanDivisor: (_, n) => n }),
  },
  {
    name: "weights-not-divided",
    about: "the weights are N[k], not divided by the number of points",
    hint: "Divide by n: weights[k] = N[k] / n, so that the weights add up to 1.",
    outputs: faulty({ weightDivisor: () => 1 }),
  },
  {
    name: "reg-covar-forgotten",
    about: "reg_covar is not added",
    hint: "Add reg_covar to covariances[k,i,i]: it keeps a flat cluster's covariance invertible.",
    outputs: faulty({ regularisation: () => 0 }),
  },
  {
    name: "reg-covar-everywhere",
    about: "reg_covar is added to every element of the covariances",
    hint: "Add reg_covar only on the diagonal, where i = j.",
    outputs: faulty({ regularisation: (regCovar) => regCovar }),
  },
  {
    name: "reg-covar-divided",
    about: "reg_covar is added before the division by N[k]",
    hint: "Divide the sum of products by N[k] first, then add reg_covar.",
    outputs: faulty({ regularisation: (regCovar, isDiagonal, total) => (isDiagonal ? regCovar / total : 0) }),
  },
  {
    name: "not-centred",
    about: "the means are not subtracted in the covariances",
    hint: "Multiply deviations from the mean, x[n,i] - means[k,i], not the values themselves.",
    outputs: faulty({ centre: "origin" }),
  },
  {
    name: "centred-on-all-points",
    about: "deviations are measured from the mean of all points",
    hint: "Subtract means[k,i]: each component has its own mean, weighted by its responsibilities.",
    outputs: faulty({ centre: "mean of all points" }),
  },
  {
    name: "centred-on-first-mean",
    about: "every component's deviations are measured from the first component's mean",
    hint: "Read mean i of component k at k * D + i.",
    outputs: faulty({ centre: "first mean" }),
  },
  {
    name: "covariance-not-weighted",
    about: "the responsibilities are missing from the covariances",
    hint: "Multiply each product of deviations by responsibilities[n,k], the component's share in the point.",
    outputs: faulty({ covarianceShare: () => 1 }),
  },
  {
    name: "responsibility-squared",
    about: "the covariances are weighted by the squares of the responsibilities",
    hint: "Multiply each product of deviations by responsibilities[n,k] once, not each of the two factors.",
    outputs: faulty({ covarianceShare: (share) => share * share }),
  },
  {
    name: "unbiased",
    about: "the covariances are divided by N[k] - 1",
    hint: "Divide by N[k]: this is the maximum-likelihood estimate. N - 1 is for the unbiased variance of a sample.",
    outputs: faulty({ covarianceDivisor: (total) => Math.fround(total) - 1 }),
  },
  {
    name: "floor-forgotten",
    about: "10·ε is not added to N[k]",
    hint: "Add 2.220446e-15 to every N[k]: otherwise a component without points divides 0 by 0.",
    outputs: faulty({ floor: 0 }),
  },
  {
    name: "variances-only",
    about: "the covariances of different dimensions are zero",
    hint: "Compute all d × d covariances of a component, not only the variances on the diagonal.",
    outputs: faulty({ isDiagonalOnly: true }),
  },
  {
    name: "responsibilities-transposed",
    about: "the responsibilities are read as [k, n]",
    hint: "Read the share of component k in point n at n * K + k.",
    outputs: faulty({ shareAt: (point, component, { n }) => component * n + point }),
  },
  {
    name: "last-point-left-out",
    about: "the last point is missing from the sums",
    hint: "Loop while n < N: the loop over the points ends one too early.",
    outputs: faulty({ points: (n) => n - 1 }),
  },
  ...POINT_TILES.map((tile) => ({
    name: `ragged-points-left-out-${tile}`,
    about: `points past the last full tile of ${tile} are missing from the sums`,
    hint: `Round the number of tiles up and guard the last one: the number of points need not be a multiple of ${tile}.`,
    outputs: faulty({ points: (n) => Math.floor(n / tile) * tile }),
  })),
];
