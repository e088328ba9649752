import type { Mistake } from "../../../harness/task/task.ts";
import { LOG_TWO_PI, type MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import { MIN_NORMAL } from "../../../reference/rounding.ts";

type EStepMistake = Mistake<MixtureShape, never>;

/** The inputs of the E-step. */
export interface EStepOperands {
  readonly x: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly means: ArrayLike<number>;
  readonly precisionCholesky: ArrayLike<number>;
}

/** Possible faults of an E-step; the correct one has none. */
export interface EStepFaults {
  readonly isFactorTransposed?: boolean;
  /** Factor of `Σ log P_ii`. */
  readonly logDeterminantFactor?: number;
  /** Factor of `d·log 2π`, for the dimensions given. */
  readonly logTwoPiFactor?: (d: number) => number;
  /** Factor of `|y|²`. */
  readonly squareFactor?: number;
  readonly areWeightsForgotten?: boolean;
  /** Dimensions and components that are included. */
  readonly dimensions?: (d: number) => number;
  readonly components?: (k: number) => number;
}

/** `log w_k + log N_k`, as a kernel with these faults computes it, `[n, k]`. */
export function logDensities(
  { n, d, k }: Shape<MixtureShape>,
  { x, weights, means, precisionCholesky }: EStepOperands,
  faults: EStepFaults,
): Float64Array {
  const { isFactorTransposed = false, logDeterminantFactor = 1, squareFactor = -0.5 } = faults;
  const { logTwoPiFactor = (dimensions) => -0.5 * dimensions, areWeightsForgotten = false } = faults;
  const dimensions = faults.dimensions?.(d) ?? d;
  const densities = new Float64Array(n * k);
  for (let point = 0; point < n; point++) {
    for (let component = 0; component < k; component++) {
      let square = 0;
      let logDeterminant = 0;
      for (let column = 0; column < dimensions; column++) {
        let y = 0;
        for (let row = 0; row < dimensions; row++) {
          const [i, j] = isFactorTransposed ? [column, row] : [row, column];
          const factor = precisionCholesky[(component * d + i) * d + j]!;
          y += (x[point * d + row]! - means[component * d + row]!) * factor;
        }
        square += y * y;
        logDeterminant += Math.log(precisionCholesky[(component * d + column) * d + column]!);
      }
      densities[point * k + component] =
        (areWeightsForgotten ? 0 : Math.log(weights[component]!)) +
        logDeterminantFactor * logDeterminant +
        squareFactor * square +
        logTwoPiFactor(d) * LOG_TWO_PI;
    }
  }
  return densities;
}

/** Log-likelihoods and responsibilities of log-densities. */
export function normalised({ n, k }: Shape<MixtureShape>, densities: Float64Array, components = k) {
  const responsibilities = new Float64Array(n * k);
  const logLikelihood = new Float64Array(n);
  for (let point = 0; point < n; point++) {
    const own = densities.subarray(point * k, (point + 1) * k);
    const counted = own.subarray(0, components);
    const maximum = counted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    logLikelihood[point] = maximum + Math.log(counted.reduce((sum, value) => sum + Math.exp(value - maximum), 0));
    own.forEach((value, c) => {
      responsibilities[point * k + c] = Math.exp(value - logLikelihood[point]!);
    });
  }
  return { responsibilities, logLikelihood };
}

function operandsOf({ inputs }: Problem<MixtureShape, never>): EStepOperands {
  const { x, weights, means, precision_cholesky } = inputs;
  return { x: x!, weights: weights!, means: means!, precisionCholesky: precision_cholesky! };
}

/** The outputs of a kernel with faults only in the densities. */
function faulty(faults: EStepFaults): EStepMistake["outputs"] {
  return (problem) => {
    const densities = logDensities(problem.shape, operandsOf(problem), faults);
    const components = faults.components?.(problem.shape.k);
    const { responsibilities, logLikelihood } = normalised(problem.shape, densities, components);
    return { responsibilities, log_likelihood: logLikelihood };
  };
}

/** The outputs of a kernel with correct densities and a later fault. */
function afterwards(
  compute: (
    shape: Shape<MixtureShape>,
    densities: Float64Array,
    right: ReturnType<typeof normalised>,
  ) => Partial<ReturnType<typeof normalised>>,
): EStepMistake["outputs"] {
  return (problem) => {
    const densities = logDensities(problem.shape, operandsOf(problem), {});
    const right = normalised(problem.shape, densities);
    const { responsibilities, logLikelihood } = { ...right, ...compute(problem.shape, densities, right) };
    return { responsibilities, log_likelihood: logLikelihood };
  };
}

/** e^x as an f32: infinity above 88.7, zero below -87.3, where denormals begin. */
function exp(x: number): number {
  const power = Math.fround(Math.exp(x));
  return power < MIN_NORMAL ? 0 : power;
}

/** Sums unscaled densities and takes the logarithm of the sum; WGSL does not define it if the sum is zero. */
const withoutMaximum = afterwards(({ n, k }, densities) => {
  const responsibilities = densities.map(exp);
  const logLikelihood = new Float64Array(n);
  for (let point = 0; point < n; point++) {
    const own = responsibilities.subarray(point * k, (point + 1) * k);
    const sum = own.reduce((total, value) => Math.fround(total + value), 0);
    own.forEach((value, c) => {
      own[c] = value / sum;
    });
    logLikelihood[point] = Math.log(sum);
  }
  return { responsibilities, logLikelihood };
});

const DIMENSION_TILES = [4, 8, 16, 32];
const COMPONENT_TILES = [4, 8, 16, 32, 64, 256];

export const mistakes: readonly EStepMistake[] = [
  {
    name: "factor-transposed",
    about: "P is read with rows and columns swapped",
    hint: "Compute y[j] as the sum over i of (x[i] - mean[i]) * P[i,j], with P[k,i,j] at (k * D + i) * D + j. P is upper triangular, so i runs from 0 to j.",
    outputs: faulty({ isFactorTransposed: true }),
  },
  {
    name: "no-log-determinant",
    about: "the logarithms of P's diagonal are missing from the log-density",
    hint: "Add the sum over i of log(P[k,i,i]): without it, wide and narrow clusters count the same.",
    outputs: faulty({ logDeterminantFactor: 0 }),
  },
  {
    name: "log-determinant-subtracted",
    about: "the logarithms of P's diagonal are subtracted",
    hint: "Add the sum of log(P[k,i,i]): P is a factor of the inverse covariance. For a factor of the covariance itself, it would be subtracted.",
    outputs: faulty({ logDeterminantFactor: -1 }),
  },
  {
    name: "log-determinant-halved",
    about: "the sum of the logarithms of P's diagonal is halved",
    hint: "Halve only the sum of squares and d · log(2π): the product of P's diagonal already is the square root of the determinant.",
    outputs: faulty({ logDeterminantFactor: 0.5 }),
  },
  {
    name: "no-two-pi",
    about: "the term -d/2 · log(2π) is missing",
    hint: "Subtract d/2 · log(2π): it cancels in the responsibilities, but not in log_likelihood.",
    outputs: faulty({ logTwoPiFactor: () => 0 }),
  },
  {
    name: "two-pi-once",
    about: "log(2π) is not multiplied by the number of dimensions",
    hint: "Subtract d/2 · log(2π): the density has a factor 1/√(2π) per dimension.",
    outputs: faulty({ logTwoPiFactor: () => -0.5 }),
  },
  {
    name: "weights-forgotten",
    about: "the weights of the components are omitted",
    hint: "Add log(weights[k]) to each component's log-density before the logsumexp.",
    outputs: faulty({ areWeightsForgotten: true }),
  },
  {
    name: "square-not-halved",
    about: "the sum of squares is not halved",
    hint: "Halve the sum of squares: the exponent of a normal density is -1/2 · |y|².",
    outputs: faulty({ squareFactor: -1 }),
  },
  {
    name: "not-normalised",
    about: "responsibilities are densities that are not divided by their sum over the components",
    hint: "Write responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]): each row adds up to 1.",
    outputs: afterwards((_, densities) => ({ responsibilities: densities.map(exp) })),
  },
  {
    name: "normalised-over-points",
    about: "the responsibilities of each component add up to 1 over the points",
    hint: "Divide by the sum over one point's components: each row of `responsibilities` adds up to 1, not each column.",
    outputs: afterwards(({ n, k }, densities) => {
      const transposed = Float64Array.from(densities, (_, at) => densities[(at % n) * k + Math.floor(at / n)]!);
      const { responsibilities } = normalised({ n: k, d: 1, k: n }, transposed);
      return {
        responsibilities: responsibilities.map((_, at) => responsibilities[(at % k) * n + Math.floor(at / k)]!),
      };
    }),
  },
  {
    name: "logarithms-left",
    about: "the logarithms of the responsibilities are written",
    hint: "Apply exp at the end: responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]).",
    outputs: afterwards(({ k }, densities, { logLikelihood }) => ({
      responsibilities: densities.map((value, at) => value - logLikelihood[Math.floor(at / k)]!),
    })),
  },
  {
    name: "no-max-subtraction",
    about: "the largest log-density is not subtracted before exp",
    hint: "Subtract the point's largest log-density first, and add it to the logarithm of the sum. Far from all clusters, every exp(log-density) is zero in f32, which leaves 0/0.",
    outputs: withoutMaximum,
  },
  {
    name: "likelihood-without-maximum",
    about: "the largest log-density is subtracted before exp but not added back to log_likelihood",
    hint: "Add the maximum: log_likelihood[n] = maximum + log(sum over k of exp(logarithm - maximum)).",
    outputs: afterwards(({ k }, densities, { logLikelihood }) => ({
      logLikelihood: logLikelihood.map((value, point) => {
        const own = densities.subarray(point * k, (point + 1) * k);
        return value - own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      }),
    })),
  },
  {
    name: "last-dimension-left-out",
    about: "the last dimension is omitted",
    hint: "Loop while i < D: the loops over the dimensions end one too early.",
    outputs: faulty({ dimensions: (d) => d - 1 }),
  },
  {
    name: "last-component-left-out",
    about: "the last component is missing from the sum",
    hint: "Loop while k < K: the loop over the components ends one too early.",
    outputs: faulty({ components: (k) => k - 1 }),
  },
  ...DIMENSION_TILES.map((tile) => ({
    name: `ragged-dimensions-left-out-${tile}`,
    about: `dimensions past the last full tile of ${tile} are omitted`,
    hint: `Round the number of tiles up and guard the last one: the number of dimensions need not be a multiple of ${tile}.`,
    outputs: faulty({ dimensions: (d) => Math.floor(d / tile) * tile }),
  })),
  ...COMPONENT_TILES.map((tile) => ({
    name: `ragged-components-left-out-${tile}`,
    about: `components past the last full tile of ${tile} are missing from the sum`,
    hint: `Round the number of tiles up and guard the last one: the number of components need not be a multiple of ${tile}.`,
    outputs: faulty({ components: (k) => Math.floor(k / tile) * tile }),
  })),
];
