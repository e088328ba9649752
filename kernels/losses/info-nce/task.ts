import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost, paramRange } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import { rowTurns } from "../../../harness/task/places.ts";
import type { Vector } from "../../../reference/bounded.ts";
import {
  add,
  anyOf,
  concat,
  div,
  logSumExp,
  matVec,
  mul,
  rsqrt,
  sqrt,
  square,
  sub,
  sum,
} from "../../../reference/bounded.ts";
import { euclideanNorm } from "../../../reference/euclidean-norm.ts";
import type { Random } from "../../../reference/random.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

type Names = "n" | "d";

const [LEAST_NORM, MOST] = [1e-3, 1e3];
const LEAST_TEMPERATURE = 0.01;
const TILES = [16, 64];
const OWN = "losses.x + losses.y";

/** The rows, each divided by its norm: before their products are taken, or after. */
function normalised(rows: Vector, d: number): Vector {
  return concat(
    ...Array.from({ length: rows.length / d }, (_, i) => {
      const row = rows.slice(i * d, d);
      const squares = sum(square(row));
      return anyOf(mul(row, rsqrt(squares)), div(row, sqrt(squares)));
    }),
  );
}

const eachHasALength = (input: "a" | "b") =>
  ({
    sentence: `No row of \`${input}\` is shorter than ${LEAST_NORM}.`,
    of: "inputs",
    holds({
      shape: { d },
      inputs,
    }: {
      shape: Record<Names, number>;
      inputs: Readonly<Record<string, ArrayLike<number>>>;
    }) {
      const values = Array.from(inputs[input]!);
      const starts = Array.from({ length: values.length / d }, (_, i) => i * d);
      return starts.every((start) => euclideanNorm(values.slice(start, start + d)) >= LEAST_NORM * (1 - 1e-6));
    },
  }) as const;

/** What a row is multiplied by. */
type Scale = (random: Random, row: readonly number[], turn: number) => number;

const toLength =
  (draw: (random: Random) => number): Scale =>
  (random, row) =>
    draw(random) / euclideanNorm(row);

/** The element of largest magnitude becomes an end of the range, each end in turn. */
const toEnds: Scale = (_, row, turn) => {
  const largest = row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most));
  return ((turn % 2 === 0 ? 1 : -1) * MOST) / largest;
};

/** Pairs of rows, the second a share of the first and the rest noise: losses are large unless rows are alike. */
function pairs(
  scale: Scale,
  shareOf = (random: Random, turn: number) => (turn % 4 === 0 ? 0.8 : random.uniform(-0.4, 0.1)),
): DrawInputs<Names, "temperature"> {
  return (random, { n, d }) => {
    const a = new Float32Array(n * d);
    const b = new Float32Array(n * d);
    for (const [row, turn] of rowTurns(random, n).entries()) {
      const share = shareOf(random, turn);
      const first = Array.from({ length: d }, () => random.normal(0.2, 1));
      const second = first.map((value) => share * value + (1 - Math.abs(share)) * random.normal(0.2, 1));
      for (const [into, values] of [
        [a, first],
        [b, second],
      ] as const) {
        const factor = scale(random, values, turn);
        values.forEach((value, c) => {
          into[row * d + c] = Math.min(MOST, Math.max(-MOST, factor * value));
        });
      }
    }
    return { a, b };
  };
}

/**
 * Along different axes, except that each row of `a` with an even index is along that of the next row of `b`: at a low
 * temperature, exp overflows there unless the maximum of just that row, or column, is subtracted.
 */
const towers: DrawInputs<Names, "temperature"> = (random, { n, d }) => {
  const half = Math.ceil(n / 2);
  const rows = (axisOf: (row: number) => number) =>
    random.f32(n * d, (_, at) => {
      const isAlong = at % d === axisOf(Math.floor(at / d)) % d;
      return (isAlong ? 1 : 0) + random.normal(0, 0.01);
    });
  return {
    a: rows((i) => (i % 2 === 0 ? i / 2 : half + (i - 1) / 2)),
    b: rows((j) => (j % 2 === 1 ? (j - 1) / 2 : 2 * half + j / 2)),
  };
};

/** Along one axis for `a`, and against it for `b`: all similarities are far below zero. */
const apart: DrawInputs<Names, "temperature"> = (random, { n, d }) => {
  const axis = random.f32(d, () => (random.uniform() < 0.5 ? -1 : 1));
  const rows = (sign: number) => random.f32(n * d, (_, at) => sign * axis[at % d]! + random.normal(0, 0.15));
  return { a: rows(1), b: rows(-1) };
};

const ORDINARY = toLength((random) => random.uniform(0.5, 2));

export default composeTask({
  name: "info-nce",
  family: "losses",
  title: "Contrastive loss of pairs",
  step: {
    track: "losses",
    level: 4,
    teaches: "a softmax along both axes of one matrix, at low temperatures",
    questions: [31],
  },
  statement: `CLIP's symmetric contrastive loss (InfoNCE): row i of \`a\` and row i of \`b\` are a pair, and every other row is a negative.

    s[i,j]  = sum over c of a[i,c] · b[j,c] / (‖a[i]‖ · ‖b[j]‖ · temperature),   ‖x‖ = sqrt(sum over c of x[c]²)
    loss[i] = ½ · (log(sum over j of exp(s[i,j])) - s[i,i])
            + ½ · (log(sum over j of exp(s[j,i])) - s[i,i])

The pair itself is part of both sums. Every pair has its own loss. With a temperature of ${LEAST_TEMPERATURE}, s reaches 100 in magnitude:
subtract the maximum before \`exp\`. No row is zero, but rows may be short. Scratch has room for one matrix of similarities.`,
  example: {
    shape: { n: 2, d: 2 },
    params: { temperature: 1 },
    inputs: { a: [2, 0, 0, 1], b: [0.5, 0, 0, 3] },
  },
  hints: [
    "Use three passes: the norms of all rows, the similarity of each pair of rows, and the loss of each pair.",
    "Subtract the largest similarity of a row, or of a column, before exp, and add it to the logarithm.",
    "Add nothing to the norms: no row is zero, and a row may be so short that its square is 1e-6.",
    "Let an invocation compute four by four similarities: each element that it reads then serves four products.",
  ],
  shape: { n: "pairs; at most 2,048", d: "elements of a row" },
  params: { temperature: ["what similarities are divided by", 0.07, 0.5, LEAST_TEMPERATURE, 1] },
  inputs: {
    a: { dims: ["n", "d"], about: "embeddings of one kind", range: [-MOST, MOST] },
    b: { dims: ["n", "d"], about: "embeddings of the other", range: [-MOST, MOST] },
  },
  outputs: { loss: { dims: ["n"], about: "the loss of each pair" } },
  ranges: [paramRange("temperature", LEAST_TEMPERATURE, 1)],
  constraints: [atMost("n", 2048), eachHasALength("a"), eachHasALength("b")],
  unit: ["n"],
  reference: {
    prepare({ a, b }, { d }) {
      const [first, second] = [normalised(a, d), normalised(b, d)];
      return (_, { unit, temperature }) => {
        const row = div(matVec(second, first.slice(unit * d, d)), temperature);
        const column = div(matVec(first, second.slice(unit * d, d)), temperature);
        const own = row.at(unit);
        const separately = mul(add(sub(logSumExp(row), own), sub(logSumExp(column), own)), 0.5);
        const together = sub(mul(add(logSumExp(row), logSumExp(column)), 0.5), own);
        return { loss: anyOf(separately, together) };
      };
    },
  },
  cases: casesOf({
    axes: ["n", "d"],
    checks: [
      ["tiny", [1, 1]],
      ["tiny", [3, 2]],
      ["odd sizes", [13, 7], "all"],
      ["odd sizes", [37, 5], "all", { temperature: LEAST_TEMPERATURE }],
      ["around a tile", [15, 16]],
      ["around a tile", [16, 65]],
      ["around a tile", [17, 63], "all"],
      ["around a tile", [63, 17]],
      ["around a tile", [64, 15]],
      ["around a tile", [65, 64], "all"],
      ["around a tile", [36, 68]],
      ["towers", [21, 64], ["towers"], { temperature: LEAST_TEMPERATURE }],
      // Only at a high temperature does f32 leave correct digits of such long sums.
      ["long rows", [5, 8209], "plain", { temperature: 1 }],
      ["long rows", [2, 65_537], ["opposed"], { temperature: 1 }],
      ["many pairs", [521, 3]],
    ],
    draw: (random) => [random.integer(2, 90), random.integer(2, 100)],
    measures: { small: [128, 64], medium: [256, 128], large: [512, 256] },
  }),
  data: {
    plain: ["rows of lengths around 1; one pair in four is alike", pairs(ORDINARY)],
    opposed: [
      "the rows of each pair point away from each other",
      pairs(ORDINARY, (_, turn) => (turn % 2 === 0 ? -0.5 : -0.95)),
    ],
    apart: ["all rows of `b` point away from all rows of `a`: exp underflows unless the maximum is subtracted", apart],
    "all-lengths": [
      "rows of lengths from 0.001 to 1000",
      pairs(toLength((random) => LEAST_NORM * (MOST / LEAST_NORM) ** random.uniform(0.01, 1))),
    ],
    short: [
      "all rows are as short as they may be",
      pairs(toLength((random) => LEAST_NORM * random.uniform(1.001, 1.1))),
    ],
    towers: [
      "every other row of each tensor is like one of the other that is not its pair, and unlike all else",
      towers,
    ],
    ends: ["the largest element of each row is at an end of the range", pairs(toEnds)],
  },
  scratchLimitBytes: ({ n, d }) => 4 * (n * Math.max(64, n) + 2 * n * d + 128 * n),
  flops: ({ n, d }) => 2 * n * n * d + 8 * n * n + 4 * n * d,
  mistakes: [
    ...mistakes({
      "one-direction": [
        "only the rows of s are compared, not its columns",
        "Average both directions: the loss of a among all rows of b, and that of b among all rows of a.",
        [`0.5 * (${OWN})`, "losses.x"],
      ],
      "not-halved": [
        "the two directions are added instead of averaged",
        "Multiply the sum of both directions by ½.",
        [`0.5 * (${OWN})`, OWN],
      ],
      "not-normalised": [
        "rows are not divided by their norms",
        "Divide each product by the norms of both rows.",
        ["(a[i * D + c] * inverse_norms[i]) * (b[j * D + c] * inverse_norms[N + j])", "a[i * D + c] * b[j * D + c]"],
      ],
      "only-a-normalised": [
        "only the rows of a are divided by their norms",
        "Divide by the norms of both rows.",
        [" * inverse_norms[N + j]", ""],
      ],
      "squared-norms": [
        "rows are divided by their squared norms",
        "Take the root of the sum of squares.",
        ["inverseSqrt(squares.x)", "1.0 / squares.x"],
        ["inverseSqrt(squares.y)", "1.0 / squares.y"],
      ],
      "norms-with-epsilon": [
        "1e-6 is added to the squared norms",
        "Add nothing under the root: no row is zero, and the squared norm of a short row is 1e-6 itself.",
        ["inverseSqrt(squares.x)", "inverseSqrt(squares.x + 1e-6)"],
        ["inverseSqrt(squares.y)", "inverseSqrt(squares.y + 1e-6)"],
      ],
      "temperature-ignored": [
        "`temperature` is not used",
        "Divide similarities by temperature.",
        [" / TEMPERATURE", ""],
      ],
      "temperature-multiplied": [
        "similarities are multiplied by `temperature`",
        "Divide by temperature: a lower one makes differences larger.",
        [" / TEMPERATURE", " * TEMPERATURE"],
      ],
      "no-max-subtraction": [
        "the largest similarity is not subtracted before exp",
        "Use log(sum of exp(s)) = m + log(sum of exp(s - m)): at low temperatures exp(s) overflows an f32.",
        ["- highest);", ");"],
        ["highest + log", "log"],
      ],
      "pair-left-out-of-the-sums": [
        "the pair itself is missing from the sums",
        "Sum over all j, including i: the loss is then never negative.",
        [
          "sums += exp(vec2f(similarities[i * N + j], similarities[j * N + i]) - highest);",
          "if (j != i) { sums += exp(vec2f(similarities[i * N + j], similarities[j * N + i]) - highest); }",
        ],
      ],
    }),
    ...axisMistakes({
      element: "row",
      variable: "j",
      end: "N",
      fate: "missing from the sums",
      tiles: TILES,
      stopAt: (end) => [["j < N; j++) {\n    sums", `j < ${end}; j++) {\n    sums`]],
    }),
    ...axisMistakes({
      element: "column",
      variable: "c",
      end: "D",
      fate: "missing from the products",
      tiles: TILES,
      stopAt: (end) => [["c < D; c++) {\n    product", `c < ${end}; c++) {\n    product`]],
    }),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["n"], bindings: ["loss"] },
});
