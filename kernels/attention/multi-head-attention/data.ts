import type { DataKind } from "../../../harness/task/task.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import type { Shape, Tensors } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { largestElement, MOST_SCORE, TowerDirections } from "../score-geometry.ts";

type Kind = DataKind<MultiHeadShape, "causal">;

/** Number of large weights in a row, and the relative size of the others. */
const LARGE_WEIGHTS = 5;
const SMALL = 0.02;

/**
 * Weights of a projection: a few inputs dominate every output, and every input dominates some output, so that omitting
 * any input shows. With weights of equal size, outputs would be small remainders of
 * long sums, and the bound on their rounding errors would be as large as the effect of an omitted input.
 */
function drawWeights(random: Random, model: number, gain: number): Float32Array {
  const weights = random.f32(model * model, () => SMALL * random.normal(0, 1 / Math.sqrt(model)));
  const large = Math.min(LARGE_WEIGHTS, model);
  const inputs = Array.from({ length: model }, (_, input) => input);
  for (let round = 0; round < large; round++) {
    for (const [output, input] of random.shuffled(inputs).entries()) {
      weights[output * model + input]! += (random.pick([-1, 1]) * random.uniform(0.7, 1.3)) / Math.sqrt(large);
    }
  }
  return weights.map((weight) => gain * weight);
}

/**
 * Tokens with an offset, and weights that keep their size: queries and keys are spread widely enough for scores to vary
 * by about 2, so few tokens carry most of the weight, as in trained models.
 */
function plainTensors(random: Random, { tokens, model }: Shape<MultiHeadShape>): Record<string, Float32Array> {
  const bias = () => random.f32(model, () => random.normal(0.3, 0.5));
  return {
    x: random.f32(tokens * model, () => random.normal(0.3, 1)),
    wq: drawWeights(random, model, 1.3),
    wk: drawWeights(random, model, 1.3),
    wv: drawWeights(random, model, 1),
    wo: drawWeights(random, model, 1),
    bq: bias(),
    bk: bias(),
    bv: bias(),
    bo: bias(),
  };
}

function kind(name: string, about: string, draw: (random: Random, shape: Shape<MultiHeadShape>) => Tensors): Kind {
  return { name, about, draw };
}

/** Strength of the head's direction in each column of the queries, for data with chosen scores. */
const ALONG = 1.5;

/**
 * Data in which token `j` has a score of about `score(j)` in every head, for every query: the query's bias gives each
 * head a direction, the tokens are at different levels along one direction of the model, and the key's weights map the
 * second direction to the first. `noise` is the deviation of scores.
 */
function leveled(
  random: Random,
  shape: Shape<MultiHeadShape>,
  noise: number,
  score: (token: number) => number,
): Tensors {
  const { tokens, model, heads } = shape;
  const tensors = plainTensors(random, shape);
  const axis = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
  const direction = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
  const weights = (element: (o: number, i: number) => number) =>
    random.f32(model * model, (_, at) => element(Math.floor(at / model), at % model));
  // A level of 1 along the axis yields a key whose product with the query's bias is ALONG²·dim before scaling.
  const perLevel = ALONG * ALONG * Math.sqrt(model / heads);
  const stray = () => random.normal(0, (0.3 * noise) / Math.sqrt(model));
  return {
    ...tensors,
    x: random.f32(tokens * model, (_, at) => {
      const level = score(Math.floor(at / model)) / perLevel;
      return level * axis[at % model]! + random.normal(0, 0.5);
    }),
    wq: weights(stray),
    wk: weights((o, i) => (ALONG * direction[o]! * axis[i]!) / model + stray()),
    bq: random.f32(model, (_, o) => ALONG * direction[o]!),
    bk: new Float32Array(model),
  };
}

/** A score near the end of the range; those of `steep` deviate from it by about 1. */
const NEAR_MOST = MOST_SCORE - 5;

/**
 * Scores near the ends of the range: at the upper end for tokens selected by `isHigh`. Such tokens are so large that
 * queries must not depend on them at all.
 */
function steep(random: Random, shape: Shape<MultiHeadShape>, isHigh: (token: number) => boolean): Tensors {
  const tensors = leveled(random, shape, 0.02, (token) => (isHigh(token) ? NEAR_MOST : -NEAR_MOST));
  return { ...tensors, wq: new Float32Array(tensors.wq!.length) };
}

/** Deviation of the elements of towering tokens from their size. */
const STRAY = 0.001;

/**
 * Data in which one token scores `MOST_SCORE` for token `t`, far above the others: itself in head 0, its
 * neighbour in head 1, which may be hidden, and in head `h` the token with index `t` xor `h`. Tokens are
 * directions with signs; the query's weights keep them, and the key's weights turn each into its partner.
 */
function towering(random: Random, shape: Shape<MultiHeadShape>): Tensors {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  const directions = new TowerDirections(dim);
  const size = largestElement(dim);
  const weights = (diagonal: (o: number) => number) =>
    random.f32(model * model, (_, at) => (at % (model + 1) === 0 ? diagonal(at % model) : 0));
  return {
    ...plainTensors(random, shape),
    x: random.f32(tokens * model, (_, at) => {
      const number = Math.floor(at / model) % directions.count;
      return size * (directions.sign(number, (at % model) % dim) + random.normal(0, STRAY));
    }),
    wq: weights(() => 1),
    wk: weights((o) => directions.sign(Math.floor(o / dim) % directions.count, o % dim)),
    bq: new Float32Array(model),
    bk: new Float32Array(model),
  };
}

export const data: readonly Kind[] = [
  kind("plain", "independent normal values with an offset", plainTensors),
  kind(
    "large-scores",
    "scores are +300 in every other head and -300 in the rest: exp overflows or underflows unless the maximum is subtracted",
    (random, shape) => {
      const { model, heads } = shape;
      const dim = model / heads;
      const size = largestElement(dim);
      const tensors = plainTensors(random, shape);
      const direction = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
      // Weights small enough that scores deviate from the level by about a quarter.
      const narrow = (weights: Float32Array) => weights.map((weight) => weight / (8 * size));
      return {
        ...tensors,
        wq: narrow(tensors.wq!),
        wk: narrow(tensors.wk!),
        bq: random.f32(model, (_, o) => size * direction[o]!),
        bk: random.f32(model, (_, o) => (Math.floor(o / dim) % 2 === 0 ? 1 : -1) * size * direction[o]!),
      };
    },
  ),
  kind(
    "towering",
    "each token has one token that scores 300, at least 96 above all others: exp overflows unless the maximum covers all visible tokens, and underflows if it includes hidden ones",
    towering,
  ),
  kind("spikes", "the first token, the last and one in between carry most of the weight", (random, shape) => {
    const { tokens } = shape;
    const heights = new Map(
      [Math.floor(tokens / 2), 0, tokens - 1].map((token) => [token, Math.log(tokens) + random.uniform(1, 3)]),
    );
    return leveled(random, shape, 1, (token) => heights.get(token) ?? 0);
  }),
  kind(
    "steep",
    "every other token towers over its neighbours by 600, odd ones in even heads and even ones in odd heads: exp overflows unless one of them is the maximum",
    (random, shape) => {
      const dim = shape.model / shape.heads;
      const tensors = steep(random, shape, (token) => token % 2 === 1);
      return { ...tensors, bq: tensors.bq!.map((value, o) => (Math.floor(o / dim) % 2 === 0 ? value : -value)) };
    },
  ),
  kind("ramp", "scores rise from the first token to the last, which stresses an online softmax", (random, shape) => {
    const span = random.uniform(8, 14);
    return leveled(random, shape, 0.5, (token) => (span * token) / shape.tokens - span / 2);
  }),
  kind("wide-outputs", "columns of the output from about 1e-4 to 1e4 in size", (random, shape) => {
    const { model } = shape;
    const tensors = plainTensors(random, shape);
    const sizes = Float64Array.from({ length: model }, (_, o) => 10 ** (model === 1 ? 4 : (8 * o) / (model - 1) - 4));
    return {
      ...tensors,
      wo: tensors.wo!.map((weight, at) => weight * sizes[Math.floor(at / model)]!),
      bo: tensors.bo!.map((value, o) => value * sizes[o]!),
    };
  }),
  kind(
    "loud-future",
    "the last token scores +300 for every token, but a causal mask hides it from all except itself, whose other scores are all -300",
    (random, shape) => steep(random, shape, (token) => token === shape.tokens - 1),
  ),
];
