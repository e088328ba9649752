import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { multiple } from "../../../harness/task/constraints.ts";
import { type Draw, ends, magnitudes, normal } from "../../../harness/task/data-library.ts";
import { add, concat, mul, sub } from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

type RopeShape = "heads" | "tokens" | "dim";

const X_RANGE = [-1000, 1000] as const;
const BASE = 10_000;
const FARTHEST_START = 100_000;
const HEADS_AT_ONCE = 4;
const MOST_HEADS = 65_535;
const LANES = 256;

/** All tensors: `angle` returns that of a pair at a token. */
const rotated =
  (
    x: Draw,
    angles: (random: Random, dim: number) => (token: number, pair: number) => number,
  ): DrawInputs<RopeShape, never> =>
  (random, { heads, tokens, dim }) => {
    const half = dim / 2;
    const angle = angles(random, dim);
    const all = Float64Array.from({ length: tokens * half }, (_, at) => angle(Math.floor(at / half), at % half));
    return {
      x: x(random, { rows: heads * tokens, cols: dim, range: X_RANGE }),
      cosines: Float32Array.from(all, Math.cos),
      sines: Float32Array.from(all, Math.sin),
    };
  };

/** Angles of consecutive positions from some start on, slower from pair to pair. */
const consecutive = (least: number, most: number) => (random: Random, dim: number) => {
  const start = random.integer(least, most);
  return (token: number, pair: number) => (start + token) * BASE ** ((-2 * pair) / dim);
};

/** Quarter turns, at which the tables reach both ends of their range, and any angle between them. */
const turns = (random: Random) => (token: number, pair: number) =>
  (token + pair) % 2 === 0 ? (Math.PI / 2) * (Math.floor((token + pair) / 2) % 4) : random.uniform(-Math.PI, Math.PI);

export default composeTask({
  name: "rope",
  family: "attention",
  title: "Rotary position embedding",
  step: { track: "attention and inference", level: 2, teaches: "index arithmetic and layouts", questions: [18] },
  statement: `Rotate pairs of elements of every token by angles that grow with its position (RoPE, in the rotate-half convention of
GPT-NeoX and Llama). Element d, of the first half of a row, and element d + dim/2 are a pair:

    y[h,t,d]         = x[h,t,d] · cosines[t,d] - x[h,t,d + dim/2] · sines[t,d]              for d < dim/2
    y[h,t,d + dim/2] = x[h,t,d + dim/2] · cosines[t,d] + x[h,t,d] · sines[t,d]

The tables give the angles: positions need not begin at 0, nor follow any formula. All heads share them. WGSL promises
only an absolute error of 2⁻¹¹ for \`sin\` and \`cos\`, too much for this task.`,
  example: {
    shape: { heads: 1, tokens: 2, dim: 4 },
    params: {},
    inputs: { x: [1, 2, 3, 4, 1, 2, 3, 4], cosines: [0, 1, 0.6, -1], sines: [1, 0, 0.8, 0] },
  },
  hints: [
    "One invocation for each element of y is enough: d = index % DIM, and token = index / DIM % TOKENS.",
    "A row of the tables has DIM / 2 elements, of which element d and element d + DIM / 2 of x share one.",
    "Read both elements of a pair before you write either: each is needed for both results.",
    "Let an invocation take a whole pair, and the same pair in several heads: it reads the tables once for all of them.",
  ],
  shape: {
    heads: "heads, which share the tables",
    tokens: "tokens, each at a position of its own",
    dim: "elements of a token in a head",
  },
  params: {},
  inputs: {
    x: { dims: ["heads", "tokens", "dim"], about: "queries or keys", range: X_RANGE },
    cosines: { dims: ["tokens", "dim/2"], about: "cosines of the angles", range: [-1, 1] },
    sines: { dims: ["tokens", "dim/2"], about: "sines of the angles", range: [-1, 1] },
  },
  outputs: { y: { dims: ["heads", "tokens", "dim"], about: "rotated queries or keys" } },
  unit: ["heads", "tokens"],
  constraints: [multiple("dim", 2)],
  reference({ x, cosines, sines }, { dim }) {
    const half = dim / 2;
    const [first, second] = [x.slice(0, half), x.slice(half, half)];
    return {
      y: concat(sub(mul(first, cosines), mul(second, sines)), add(mul(second, cosines), mul(first, sines))),
    };
  },
  cases: casesOf({
    axes: ["heads", "tokens", "dim"],
    checks: [
      ["tiny", [1, 1, 2]],
      ["tiny", [2, 3, 4]],
      ["odd sizes", [3, 7, 26], "all"],
      ["odd sizes", [5, 97, 6]],
      ["odd sizes", [11, 13, 66], "all"],
      ["around a tile", [2, 15, 64]],
      ["around a tile", [4, 17, 128]],
      ["around a tile", [16, 65, 16]],
      ["around a tile", [7, 63, 62]],
      ["long rows", [3, 2, 8210]],
      ["one token", [37, 1, 128], "all"],
      ["many tokens", [1, 65_537, 2]],
      ["many heads", [65_537, 1, 2]],
    ],
    draw: (random) => [random.integer(1, 20), random.integer(2, 100), 2 * random.integer(1, 60)],
    measures: { small: [8, 256, 64], medium: [16, 1024, 128], large: [32, 2048, 128] },
  }),
  data: {
    plain: ["normal values around 0.3, at consecutive positions", rotated(normal(0.3, 1), consecutive(1, 4000))],
    ends: ["both ends of every range: quarter turns among other angles", rotated(ends, turns), "ends"],
    far: ["positions beyond 100,000", rotated(normal(0, 1), consecutive(FARTHEST_START, 2 * FARTHEST_START))],
    magnitudes: ["values between 1e-3 and 1e3, at any angles", rotated(magnitudes(1e-3, 1e3), turns)],
  },
  flops: ({ heads, tokens, dim }) => 3 * heads * tokens * dim,
  mistakes: [
    {
      name: "interleaved-pairs",
      about: "neighbouring elements are paired, as in GPT-J",
      hint: "Pair element d with element d + DIM / 2, not element 2·d with 2·d + 1.",
      edits: [
        ["d % half", "d / 2"],
        ["d < half", "d % 2 == 0"],
        ["index + half", "index + 1"],
        ["index - half", "index - 1"],
      ],
    },
    {
      name: "rotated-backwards",
      about: "pairs are rotated in the opposite direction",
      hint: "Subtract in the first half and add in the second: y[d] = x[d]·cos - x[d + dim/2]·sin.",
      edits: [
        ["cosine - x", "cosine + x"],
        ["cosine + x[index - half]", "cosine - x[index - half]"],
      ],
    },
    {
      name: "minus-forgotten",
      about: "both halves add the product with the sine",
      hint: "Subtract x[d + dim/2]·sin in the first half.",
      edits: [["cosine - x", "cosine + x"]],
    },
    {
      name: "tables-swapped",
      about: "sines and cosines are swapped",
      hint: "Check the order of the bindings: cosines come before sines.",
      edits: [
        ["let cosine = cosines", "let cosine = sines"],
        ["let sine = sines", "let sine = cosines"],
      ],
    },
    {
      name: "second-half-kept",
      about: "the second half of each row is copied",
      hint: "Rotate both elements of a pair: y[d + dim/2] = x[d + dim/2]·cos + x[d]·sin.",
      edits: [["x[index] * cosine + x[index - half] * sine", "x[index]"]],
    },
    {
      name: "first-half-overwritten",
      about: "the second half is computed from rotated elements of the first",
      hint: "Keep both elements of a pair in variables before you write either.",
      edits: [["+ x[index - half] * sine", "+ (x[index - half] * cosine - x[index] * sine) * sine"]],
    },
    {
      name: "heads-and-tokens-swapped",
      about: "x is read as if it were [tokens,heads,dim]",
      hint: "A row's token is index / DIM % TOKENS: x is [heads,tokens,dim].",
      edits: [["index / DIM % TOKENS", "index / DIM / HEADS"]],
    },
    {
      name: "first-position-for-all",
      about: "all tokens are rotated by the angles of the first",
      hint: "Read the tables at token * DIM / 2 + d: each token has a row of them.",
      edits: [
        ["cosines[token * half + pair]", "cosines[pair]"],
        ["sines[token * half + pair]", "sines[pair]"],
      ],
    },
  ],
  plain: { code: plain, invocationFor: ["heads", "tokens", "dim"] },
  tuned: ({ shape: { heads, tokens, dim } }) => ({
    passes: [
      {
        code: tuned,
        constants: { HEADS: heads, TOKENS: tokens, DIM: dim },
        bindings: ["x", "cosines", "sines", "y"],
        workgroups: [Math.ceil((tokens * dim) / 2 / LANES), Math.min(MOST_HEADS, Math.ceil(heads / HEADS_AT_ONCE))],
      },
    ],
  }),
});
