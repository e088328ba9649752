import type { Mistake } from "../../harness/task/task.ts";
import { type AttentionShape, visibleKeys } from "../../reference/attention.ts";
import type { Problem, Shape } from "../../reference/oracle.ts";

type AttentionMistake = Mistake<AttentionShape, "causal">;
type AttentionProblem = Problem<AttentionShape, "causal">;

/** Index of an element of a head's row in its tensor; `rows` is the number of rows in a head. */
type Layout = (head: number, row: number, d: number, rows: number, shape: Shape<AttentionShape>) => number;

const ROW_MAJOR: Layout = (head, row, d, rows, { dim }) => (head * rows + row) * dim + d;

/** e^x as an f32: infinity above 88.7, zero below -103.9. */
const exp = (x: number): number => Math.fround(Math.exp(x));

/** The steps that a wrong kernel changes; the rest is correct. */
interface Deviation {
  /** Scale of the scores. */
  readonly factor?: (dim: number) => number;
  /** Number of keys, from the first, that a query sees under the causal mask. */
  readonly visible?: (query: number, shape: Shape<AttentionShape>) => number;
  /** Maximum number of keys read. */
  readonly counted?: (keys: number) => number;
  /** Treatment of hidden keys: omitted (correct), score set to 0, or weight set to 0 after the softmax. */
  readonly hidden?: "left out" | "score zero" | "weight zero";
  readonly swapped?: boolean;
  readonly queryLayout?: Layout;
  readonly keyLayout?: Layout;
  readonly valueLayout?: Layout;
  readonly weight?: (score: number, maximum: number) => number;
  readonly normalised?: boolean;
}

/** `out`, with one deviation from the correct function. */
function deviating(deviation: Deviation): AttentionMistake["outputs"] {
  const { hidden = "left out", normalised = true, weight = (score, maximum) => Math.exp(score - maximum) } = deviation;
  return (problem) => {
    const { heads, queries, keys, dim } = problem.shape;
    const out = new Float64Array(heads * queries * dim);
    const value = valuesOf(problem, deviation);
    forEachRow(problem, deviation, (scores, row, head, visible) => {
      const counted = hidden === "left out" ? visible : keys;
      let maximum = Number.NEGATIVE_INFINITY;
      for (let key = 0; key < counted; key++) {
        if (hidden === "score zero" && key >= visible) scores[key] = 0;
        maximum = Math.max(maximum, scores[key]!);
      }
      let sum = 0;
      for (let key = 0; key < counted; key++) {
        scores[key] = weight(scores[key]!, maximum);
        sum += scores[key]!;
      }
      for (let d = 0; d < dim; d++) {
        let total = 0;
        for (let key = 0; key < (hidden === "weight zero" ? visible : counted); key++) {
          total += scores[key]! * value(head, key, d);
        }
        out[row * dim + d] = normalised ? total / sum : total;
      }
    });
    return { out };
  };
}

function valuesOf({ shape, inputs }: AttentionProblem, { swapped, valueLayout = ROW_MAJOR }: Deviation) {
  const values = (swapped ? inputs.k : inputs.v)!;
  return (head: number, key: number, d: number) => values[valueLayout(head, key, d, shape.keys, shape)]!;
}

/** Calls back with each query's scores for all keys (the array is reused) and the number of keys that it sees. */
function forEachRow(
  { shape, params, inputs }: AttentionProblem,
  { factor = (dim) => 1 / Math.sqrt(dim), ...deviation }: Deviation,
  take: (scores: Float64Array, row: number, head: number, visible: number) => void,
): void {
  const { heads, queries, keys, dim } = shape;
  const { queryLayout = ROW_MAJOR, keyLayout = ROW_MAJOR, counted = (all) => all } = deviation;
  const q = inputs.q!;
  const k = (deviation.swapped ? inputs.v : inputs.k)!;
  const scores = new Float64Array(keys);
  for (let row = 0; row < heads * queries; row++) {
    const head = Math.floor(row / queries);
    const query = row % queries;
    for (let key = 0; key < keys; key++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) {
        dot += q[queryLayout(head, query, d, queries, shape)]! * k[keyLayout(head, key, d, keys, shape)]!;
      }
      scores[key] = dot * factor(dim);
    }
    const masked = params.causal && deviation.visible ? deviation.visible(query, shape) : undefined;
    const visible = masked ?? visibleKeys(query, queries, keys, params.causal);
    take(scores, row, head, Math.max(0, Math.min(visible, counted(keys))));
  }
}

/** Softmax over the queries of each key instead of over the keys. */
function normalisedOverQueries(problem: AttentionProblem): { out: Float64Array } {
  const { heads, queries, keys, dim } = problem.shape;
  const weights: Float64Array[] = [];
  forEachRow(problem, {}, (scores, _row, _head, visible) => {
    weights.push(scores.map((score, key) => (key < visible ? score : Number.NEGATIVE_INFINITY)));
  });
  const out = new Float64Array(heads * queries * dim);
  const value = valuesOf(problem, {});
  for (let head = 0; head < heads; head++) {
    const rows = weights.slice(head * queries, (head + 1) * queries);
    for (let key = 0; key < keys; key++) {
      const maximum = rows.reduce((highest, row) => Math.max(highest, row[key]!), Number.NEGATIVE_INFINITY);
      const sum = rows.reduce((total, row) => total + Math.exp(row[key]! - maximum), 0);
      for (const [query, row] of rows.entries()) {
        const share = Math.exp(row[key]! - maximum) / sum;
        for (let d = 0; d < dim; d++) out[(head * queries + query) * dim + d]! += share * value(head, key, d);
      }
    }
  }
  return { out };
}

/** Online softmax in tiles of keys that does not rescale the sum of values when the maximum rises. */
function notRescaled(tile: number): AttentionMistake["outputs"] {
  return (problem) => {
    const { heads, queries, dim } = problem.shape;
    const out = new Float64Array(heads * queries * dim);
    const value = valuesOf(problem, {});
    forEachRow(problem, {}, (scores, row, head, visible) => {
      let maximum = Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let start = 0; start < visible; start += tile) {
        const end = Math.min(start + tile, visible);
        const before = maximum;
        for (let key = start; key < end; key++) maximum = Math.max(maximum, scores[key]!);
        sum *= Math.exp(before - maximum);
        for (let key = start; key < end; key++) {
          const weight = Math.exp(scores[key]! - maximum);
          sum += weight;
          for (let d = 0; d < dim; d++) out[row * dim + d]! += weight * value(head, key, d);
        }
      }
      for (let d = 0; d < dim; d++) out[row * dim + d]! /= sum;
    });
    return { out };
  };
}

const TILES = [4, 8, 16, 32, 64, 128, 256];

export const mistakes: readonly AttentionMistake[] = [
  {
    name: "not-scaled",
    about: "the scores are not divided by the square root of dim",
    hint: "Multiply each query-key dot product by 1 / sqrt(dim) before the softmax.",
    outputs: deviating({ factor: () => 1 }),
  },
  {
    name: "scaled-by-dim",
    about: "the scores are divided by dim instead of by its square root",
    hint: "Divide by sqrt(f32(DIM)), or multiply by inverseSqrt(f32(DIM)).",
    outputs: deviating({ factor: (dim) => 1 / dim }),
  },
  {
    name: "no-max-subtraction",
    about: "the largest score of a row is not subtracted before exp",
    hint: "Subtract the row's largest score first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7 and underflows below -87.",
    outputs: deviating({ weight: exp }),
  },
  {
    name: "not-normalised",
    about: "the weighted sum of values is not divided by the sum of the weights",
    hint: "Divide by the sum of exp(score - maximum) over the visible keys, so that the weights add up to 1.",
    outputs: deviating({ normalised: false }),
  },
  {
    name: "base-two",
    about: "2 is raised to the power instead of e",
    hint: "Use exp(x) for e^x, or multiply the scores by 1.44269504, log2(e), before exp2: exp2(x) is 2^x.",
    outputs: deviating({ weight: (score, maximum) => 2 ** (score - maximum) }),
  },
  {
    name: "not-causal",
    about: "the causal mask is missing",
    hint: "When causal is 1, skip keys after i + keys - queries for query i.",
    outputs: deviating({ visible: (_, { keys }) => keys }),
  },
  {
    name: "own-key-hidden",
    about: "the causal mask hides one key too many",
    hint: "Include equality: query i sees key j if j <= i + keys - queries, so the last query sees all keys.",
    outputs: deviating({ visible: (query, { queries, keys }) => query + keys - queries }),
  },
  {
    name: "next-key-visible",
    about: "the causal mask lets one key too many through",
    hint: "Stop at the last visible key: query i sees key j only if j <= i + keys - queries.",
    outputs: deviating({ visible: (query, { queries, keys }) => Math.min(keys, query + keys - queries + 2) }),
  },
  {
    name: "mask-aligned-top-left",
    about: "the causal mask is aligned at the first query instead of the last",
    hint: "Compare j with i + keys - queries, not with i: when there are more keys than queries, the queries are the last positions.",
    outputs: deviating({ visible: (query) => query + 1 }),
  },
  {
    name: "hidden-scores-zero",
    about: "hidden keys get a score of 0 instead of a weight of 0",
    hint: "Skip hidden keys, or set their score to -1e30: exp(0 - maximum) is not zero.",
    outputs: deviating({ hidden: "score zero" }),
  },
  {
    name: "masked-after-softmax",
    about: "hidden keys are dropped after the softmax, so the remaining weights do not add up to 1",
    hint: "Mask before the softmax: exclude hidden keys from both the maximum and the sum.",
    outputs: deviating({ hidden: "weight zero" }),
  },
  {
    name: "normalised-over-queries",
    about: "the softmax runs over the queries of a key instead of the keys of a query",
    hint: "Compute a maximum and a sum for each query, over all keys that it sees.",
    outputs: normalisedOverQueries,
  },
  {
    name: "keys-and-values-swapped",
    about: "keys and values are swapped",
    hint: "Check the order of the bindings: scores are products of q and k, and v is averaged.",
    outputs: deviating({ swapped: true }),
  },
  {
    name: "first-head-only",
    about: "every head reads the keys and values of the first head",
    hint: "Start at h * KEYS * DIM: head h's keys and values both begin there.",
    outputs: deviating({
      keyLayout: (_head, row, d, rows, shape) => ROW_MAJOR(0, row, d, rows, shape),
      valueLayout: (_head, row, d, rows, shape) => ROW_MAJOR(0, row, d, rows, shape),
    }),
  },
  {
    name: "heads-interleaved",
    about: "the keys and values are read as [keys, heads, dim] instead of [heads, keys, dim]",
    hint: "Use index (h * KEYS + j) * DIM + d: all keys of a head are contiguous.",
    outputs: deviating({
      keyLayout: (head, row, d, _rows, { heads, dim }) => (row * heads + head) * dim + d,
      valueLayout: (head, row, d, _rows, { heads, dim }) => (row * heads + head) * dim + d,
    }),
  },
  {
    name: "keys-transposed",
    about: "the keys are read as [heads, dim, keys] instead of [heads, keys, dim]",
    hint: "Use index (h * KEYS + j) * DIM + d: the elements of a key are contiguous.",
    outputs: deviating({ keyLayout: (head, row, d, rows, { dim }) => (head * dim + d) * rows + row }),
  },
  {
    name: "last-key-left-out",
    about: "the last key is omitted",
    hint: "Loop while j < KEYS: the loop over the keys ends one too early.",
    outputs: deviating({ counted: (keys) => keys - 1 }),
  },
  ...TILES.map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `keys past the last full tile of ${tile} are omitted`,
    hint: `Round the number of tiles up and guard the last one: the number of keys need not be a multiple of ${tile}.`,
    outputs: deviating({ counted: (keys) => Math.floor(keys / tile) * tile }),
  })),
  ...TILES.map((tile) => ({
    name: `first-tile-only-${tile}`,
    about: `only the first ${tile} keys are read`,
    hint: `Loop over tiles of keys, or let each invocation take more than one: there may be more than ${tile} keys.`,
    outputs: deviating({ counted: (keys) => Math.min(keys, tile) }),
  })),
  ...[1, ...TILES].map((tile) => ({
    name: `not-rescaled-${tile}`,
    about: `the running sum of values is not rescaled when a later ${tile === 1 ? "key" : `tile of ${tile} keys`} raises the maximum`,
    hint: "When the maximum rises, multiply both the sum of weights and the sum of weighted values by exp(old - new).",
    outputs: notRescaled(tile),
  })),
];
