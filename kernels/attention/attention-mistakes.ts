import type { Mistake } from "../../harness/task/task.ts";
import { type AttentionShape, visibleKeys } from "../../reference/attention.ts";
import type { Problem, Shape } from "../../reference/oracle.ts";

type AttentionMistake = Mistake<AttentionShape, "causal">;
type AttentionProblem = Problem<AttentionShape, "causal">;

/** Where an element of a head's row lies in its tensor; `rows` is the number of rows in a head. */
type Layout = (head: number, row: number, d: number, rows: number, shape: Shape<AttentionShape>) => number;

const ROW_MAJOR: Layout = (head, row, d, rows, { dim }) => (head * rows + row) * dim + d;

/** e^x as an f32 holds it: it overflows to infinity above 88.7 and vanishes below -103.9. */
const exp = (x: number): number => Math.fround(Math.exp(x));

/** What a wrong kernel does otherwise; all else is right. */
interface Deviation {
  /** What scores are multiplied by. */
  readonly factor?: (dim: number) => number;
  /** How many keys a query sees, from the first one on, when the mask is causal. */
  readonly visible?: (query: number, shape: Shape<AttentionShape>) => number;
  /** How many keys are looked at, at most. */
  readonly counted?: (keys: number) => number;
  /** What becomes of hidden keys: left out, as is right; their scores set to 0; their weights, after the softmax. */
  readonly hidden?: "left out" | "score zero" | "weight zero";
  readonly swapped?: boolean;
  readonly queryLayout?: Layout;
  readonly keyLayout?: Layout;
  readonly valueLayout?: Layout;
  readonly weight?: (score: number, maximum: number) => number;
  readonly normalised?: boolean;
}

/** `out`, with one deviation from what is right. */
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

/** Calls back with each query's scores for all keys (an array that is used again), and how many of them it sees. */
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

/** The softmax down the queries, for each key, instead of along the keys. */
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

/** An online softmax in tiles of keys whose sum of values keeps the scale of the maximum that it was added under. */
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
    hint: "Multiply each dot product of a query and a key by 1 / sqrt(dim) before the softmax.",
    outputs: deviating({ factor: () => 1 }),
  },
  {
    name: "scaled-by-dim",
    about: "the scores are divided by dim instead of by its square root",
    hint: "The factor is 1 / sqrt(dim): sqrt(f32(DIM)), or inverseSqrt(f32(DIM)) as a factor.",
    outputs: deviating({ factor: (dim) => 1 / dim }),
  },
  {
    name: "no-max-subtraction",
    about: "the largest score of a row is not subtracted before exp",
    hint: "exp(x) overflows an f32 above x = 88.7 and vanishes below -87. Subtract the row's largest score first: the quotient stays the same.",
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
    hint: "exp2(x) is 2^x. For e^x use exp(x), or multiply the scores by 1.44269504 (log2(e)) for exp2.",
    outputs: deviating({ weight: (score, maximum) => 2 ** (score - maximum) }),
  },
  {
    name: "not-causal",
    about: "the causal mask is missing",
    hint: "When causal is 1, query i must not see the keys after i + keys - queries.",
    outputs: deviating({ visible: (_, { keys }) => keys }),
  },
  {
    name: "own-key-hidden",
    about: "the causal mask hides one key too many",
    hint: "Query i sees key j when j <= i + keys - queries: the comparison includes equality, so the last query sees all.",
    outputs: deviating({ visible: (query, { queries, keys }) => query + keys - queries }),
  },
  {
    name: "next-key-visible",
    about: "the causal mask lets one key too many through",
    hint: "Query i sees key j when j <= i + keys - queries, and no later key.",
    outputs: deviating({ visible: (query, { queries, keys }) => Math.min(keys, query + keys - queries + 2) }),
  },
  {
    name: "mask-aligned-top-left",
    about: "the causal mask is aligned at the first query instead of the last",
    hint: "When there are more keys than queries, the queries are the last ones: compare j with i + keys - queries, not with i.",
    outputs: deviating({ visible: (query) => query + 1 }),
  },
  {
    name: "hidden-scores-zero",
    about: "hidden keys get the score 0, which is not the weight 0",
    hint: "exp(0 - maximum) is not zero: leave hidden keys out, or give them the score -1e30.",
    outputs: deviating({ hidden: "score zero" }),
  },
  {
    name: "masked-after-softmax",
    about: "hidden keys are dropped after the softmax, so that the weights of the rest no longer add up to 1",
    hint: "Mask before the softmax: hidden keys belong neither in the maximum nor in the sum.",
    outputs: deviating({ hidden: "weight zero" }),
  },
  {
    name: "normalised-over-queries",
    about: "the softmax runs over the queries of a key instead of over the keys of a query",
    hint: "Each query has its own maximum and its own sum, over all keys that it sees.",
    outputs: normalisedOverQueries,
  },
  {
    name: "keys-and-values-swapped",
    about: "keys and values are swapped",
    hint: "Scores are products of q and k; v is what gets averaged. Check the order of the bindings.",
    outputs: deviating({ swapped: true }),
  },
  {
    name: "first-head-only",
    about: "every head reads the keys and values of the first head",
    hint: "Head h's keys begin at h * KEYS * DIM, and so do its values.",
    outputs: deviating({
      keyLayout: (_head, row, d, rows, shape) => ROW_MAJOR(0, row, d, rows, shape),
      valueLayout: (_head, row, d, rows, shape) => ROW_MAJOR(0, row, d, rows, shape),
    }),
  },
  {
    name: "heads-interleaved",
    about: "the keys and values are read as [keys, heads, dim] instead of [heads, keys, dim]",
    hint: "All keys of a head lie together: element (h, j, d) is at (h * KEYS + j) * DIM + d.",
    outputs: deviating({
      keyLayout: (head, row, d, _rows, { heads, dim }) => (row * heads + head) * dim + d,
      valueLayout: (head, row, d, _rows, { heads, dim }) => (row * heads + head) * dim + d,
    }),
  },
  {
    name: "keys-transposed",
    about: "the keys are read as [heads, dim, keys] instead of [heads, keys, dim]",
    hint: "Each key's elements lie together: element (h, j, d) is at (h * KEYS + j) * DIM + d.",
    outputs: deviating({ keyLayout: (head, row, d, rows, { dim }) => (head * dim + d) * rows + row }),
  },
  {
    name: "last-key-left-out",
    about: "the last key is left out",
    hint: "The loop over the keys ends one too early: let j run while j < KEYS.",
    outputs: deviating({ counted: (keys) => keys - 1 }),
  },
  ...TILES.map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `keys past the last whole tile of ${tile} are left out`,
    hint: `The number of keys need not be a multiple of ${tile}: round the number of tiles up, and guard the last one.`,
    outputs: deviating({ counted: (keys) => Math.floor(keys / tile) * tile }),
  })),
  ...TILES.map((tile) => ({
    name: `first-tile-only-${tile}`,
    about: `only the first ${tile} keys are looked at`,
    hint: `There may be more than ${tile} keys: loop over tiles of them, or let each invocation take more than one.`,
    outputs: deviating({ counted: (keys) => Math.min(keys, tile) }),
  })),
  ...[1, ...TILES].map((tile) => ({
    name: `not-rescaled-${tile}`,
    about: `the sum of values so far is not rescaled when a later ${tile === 1 ? "key" : `tile of ${tile} keys`} raises the maximum`,
    hint: "When the maximum rises, multiply both the sum of weights and the sum of weighted values by exp(old - new).",
    outputs: notRescaled(tile),
  })),
];
