import type { Mistake } from "../../../harness/task/task.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import type { Shape } from "../../../reference/oracle.ts";

type GqaMistake = Mistake<GqaDecodeShape, never>;

/** e^x as an f32: infinity above 88.7, zero below -103.9. */
const exp = (x: number): number => Math.fround(Math.exp(x));

/** The steps that a wrong kernel changes; the rest is correct. */
interface Deviation {
  /** The key/value head that a query head reads. */
  readonly kvHead?: (head: number, shape: Shape<GqaDecodeShape>) => number;
  /** Number of positions read from a sequence's cache. */
  readonly positions?: (lengths: ArrayLike<number>, sequence: number, shape: Shape<GqaDecodeShape>) => number;
  /** Index of a position's first element in a cache. */
  readonly at?: (sequence: number, kvHead: number, position: number, shape: Shape<GqaDecodeShape>) => number;
  /** Scale of the scores. */
  readonly factor?: (dim: number) => number;
  readonly weight?: (score: number, maximum: number) => number;
  readonly normalised?: boolean;
  readonly swapped?: boolean;
}

/** The output, with one deviation from the correct function. */
function deviating({
  kvHead = (head, { q_heads, kv_heads }) => Math.floor(head / (q_heads / kv_heads)),
  positions = (lengths, sequence) => lengths[sequence]!,
  at = (sequence, kv, position, { kv_heads, context, dim }) => ((sequence * kv_heads + kv) * context + position) * dim,
  factor = (dim) => 1 / Math.sqrt(dim),
  weight = (score, maximum) => Math.exp(score - maximum),
  normalised = true,
  swapped = false,
}: Deviation): GqaMistake["outputs"] {
  return ({ shape, inputs }) => {
    const { batch, q_heads, dim } = shape;
    const q = inputs.q!;
    const k = (swapped ? inputs.v_cache : inputs.k_cache)!;
    const v = (swapped ? inputs.k_cache : inputs.v_cache)!;
    const out = new Float64Array(batch * q_heads * dim);
    for (let row = 0; row < batch * q_heads; row++) {
      const sequence = Math.floor(row / q_heads);
      const kv = kvHead(row % q_heads, shape);
      const scores = Float64Array.from({ length: positions(inputs.lengths!, sequence, shape) }, (_, position) => {
        const start = at(sequence, kv, position, shape);
        let dot = 0;
        for (let d = 0; d < dim; d++) dot += q[row * dim + d]! * k[start + d]!;
        return dot * factor(dim);
      });
      const maximum = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = scores.map((score) => weight(score, maximum));
      const sum = normalised ? weights.reduce((a, b) => a + b, 0) : 1;
      for (let d = 0; d < dim; d++) {
        let total = 0;
        for (const [position, share] of weights.entries()) total += share * v[at(sequence, kv, position, shape) + d]!;
        out[row * dim + d] = total / sum;
      }
    }
    return { out };
  };
}

const TILES = [4, 8, 16, 32, 64, 128, 256];

export const mistakes: readonly GqaMistake[] = [
  {
    name: "interleaved-heads",
    about: "query head h reads key/value head h % kv_heads",
    hint: "Use key/value head h / (q_heads / kv_heads): the query heads of a group are consecutive.",
    outputs: deviating({ kvHead: (head, { kv_heads }) => head % kv_heads }),
  },
  {
    name: "first-kv-head-only",
    about: "every query head reads the first key/value head",
    hint: "Use key/value head g = h / (q_heads / kv_heads); its positions begin at (b * KV_HEADS + g) * CONTEXT * DIM.",
    outputs: deviating({ kvHead: () => 0 }),
  },
  {
    name: "first-sequence-only",
    about: "every sequence reads the cache of the first one",
    hint: "Start sequence b's cache at b * KV_HEADS * CONTEXT * DIM.",
    outputs: deviating({
      at: (_sequence, kv, position, { context, dim }) => (kv * context + position) * dim,
    }),
  },
  {
    name: "positions-before-heads",
    about: "the caches are read as [batch, context, kv_heads, dim] instead of [batch, kv_heads, context, dim]",
    hint: "Use index ((b * KV_HEADS + g) * CONTEXT + j) * DIM + d: all positions of a key/value head are contiguous.",
    outputs: deviating({
      at: (sequence, kv, position, { kv_heads, context, dim }) =>
        ((sequence * context + position) * kv_heads + kv) * dim,
    }),
  },
  {
    name: "lengths-ignored",
    about: "the whole cache is read, even past the sequence's length",
    hint: "End the loops over positions at lengths[b]: only the first lengths[b] positions of sequence b are valid.",
    outputs: deviating({ positions: (_lengths, _sequence, { context }) => context }),
  },
  {
    name: "one-position-too-few",
    about: "the last position of every sequence is omitted",
    hint: "Loop while j < lengths[b]: lengths[b] is a count, not the index of the last position.",
    outputs: deviating({ positions: (lengths, sequence) => lengths[sequence]! - 1 }),
  },
  {
    name: "one-position-too-many",
    about: "one position past the length of every sequence is read",
    hint: "Loop while j < lengths[b]: lengths[b] is a count, not the index of the last position.",
    outputs: deviating({
      positions: (lengths, sequence, { context }) => Math.min(context, lengths[sequence]! + 1),
    }),
  },
  {
    name: "first-length-for-all",
    about: "the first sequence's length is used for all sequences",
    hint: "Read lengths[b] for sequence b: sequences differ in length.",
    outputs: deviating({ positions: (lengths) => lengths[0]! }),
  },
  {
    name: "next-length",
    about: "each sequence uses the length of the next one",
    hint: "Check how b is computed from the invocation's index: sequence b has lengths[b] positions.",
    outputs: deviating({ positions: (lengths, sequence) => lengths[Math.min(sequence + 1, lengths.length - 1)]! }),
  },
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
    hint: "Divide by the sum of exp(score - maximum) over the valid positions, so that the weights add up to 1.",
    outputs: deviating({ normalised: false }),
  },
  {
    name: "base-two",
    about: "2 is raised to the power instead of e",
    hint: "Use exp(x) for e^x, or multiply the scores by 1.44269504, log2(e), before exp2: exp2(x) is 2^x.",
    outputs: deviating({ weight: (score, maximum) => 2 ** (score - maximum) }),
  },
  {
    name: "keys-and-values-swapped",
    about: "keys and values are swapped",
    hint: "Check the order of the bindings: scores are products of q and k_cache, and v_cache is averaged.",
    outputs: deviating({ swapped: true }),
  },
  ...TILES.map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `positions past the last full tile of ${tile} are omitted`,
    hint: `Round the number of tiles up and guard the last one: lengths need not be multiples of ${tile}.`,
    outputs: deviating({
      positions: (lengths: ArrayLike<number>, sequence: number) => Math.floor(lengths[sequence]! / tile) * tile,
    }),
  })),
  ...TILES.map((tile) => ({
    name: `first-tile-only-${tile}`,
    about: `only the first ${tile} positions are read`,
    hint: `Loop over tiles of positions, or let each invocation take more than one: there may be more than ${tile} positions.`,
    outputs: deviating({
      positions: (lengths: ArrayLike<number>, sequence: number) => Math.min(lengths[sequence]!, tile),
    }),
  })),
];
