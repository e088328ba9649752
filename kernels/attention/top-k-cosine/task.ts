import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { type Draw, normal, rowwise } from "../../../harness/task/data-library.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import type { Constraint } from "../../../harness/task/task.ts";
import { anyOf, div, matVec, mul, repeated, rowSums, sqrt, square, topK, Vector } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import { software } from "./tuned-software.ts";

const TILE = 16;
/** Magnitudes whose squares, added, are far from the ends of f32. */
const [SMALLEST, LARGEST] = [1e-15, 1e15];

const noZeroRows: Constraint<"dim", string> = {
  sentence: "Each row of `queries` and `docs` has an element of magnitude 1e-15 or more.",
  of: "inputs",
  holds: ({ shape: { dim }, inputs }) =>
    [inputs.queries!, inputs.docs!].every((values) =>
      Array.from({ length: values.length / dim }, (_, row) => values.subarray(row * dim, (row + 1) * dim)).every(
        (row) => row.some((value) => Math.abs(value) >= SMALLEST),
      ),
    ),
};

/** Documents that are equal element by element: every kernel computes the same score for them. */
function equalRows({ values }: Vector, dim: number): Map<number, readonly number[]> {
  const byContent = new Map<string, number[]>();
  const groups = new Map<number, readonly number[]>();
  for (let row = 0; row < values.length / dim; row++) {
    const content = values.subarray(row * dim, (row + 1) * dim).join();
    const equals = byContent.get(content) ?? [];
    byContent.set(content, equals);
    equals.push(row);
    groups.set(row, equals);
  }
  return groups;
}

/** The largest elements. An element's rank may change, but its value moves by no more than the elements do. */
function largestValues({ values, errors, noise }: Vector, count: number): Vector {
  const descending = (of: Float64Array) => of.slice().sort().reverse().subarray(0, count);
  const own = descending(values);
  if (errors === undefined) return new Vector(own, undefined, noise);
  const lows = descending(values.map((value, i) => value - errors[i]!));
  const highs = descending(values.map((value, i) => value + errors[i]!));
  return new Vector(
    own,
    own.map((value, rank) => Math.max(value - lows[rank]!, highs[rank]! - value)),
  );
}

/** Rows of very different lengths. */
const scaled: Draw = rowwise((random) => {
  const scale = 10 ** random.uniform(-13, 13);
  return () => scale * random.normal(0.5, 1);
});

const signs =
  (size: number): Draw =>
  (random, { rows, cols }) =>
    random.f32(rows * cols, () => random.pick([-size, size]));

/** As independent rows, of which each occurs about `times` times. */
const copies =
  (times: number, nudge = 0): Draw =>
  (random, { rows, cols, ...field }) => {
    const different = Math.ceil(rows / times);
    const values = normal(0.5, 1)(random, { rows: different, cols, ...field });
    return random.f32(rows * cols, (_, index) => {
      const [row, column] = [Math.floor(index / cols), index % cols];
      return values[(row % different) * cols + column]! * (1 + nudge * random.integer(-1, 1));
    });
  };

export default composeTask({
  name: "top-k-cosine",
  family: "attention",
  title: "Nearest documents by cosine",
  step: { track: "attention and inference", level: 4, teaches: "selection of the largest, with ties", questions: [46] },
  statement: `Find the \`top_k\` documents that are most similar to each query, as a vector search does, the best first:

    similarity[q,d] = sum over c of queries[q,c] · docs[d,c] / (|queries[q]| · |docs[d]|)
    indices[q,r]    = the document with the r-th largest similarity, from r = 0
    scores[q,r]     = its similarity

Documents that are equal, element by element, have equal similarities: the one with the lower index goes first. Of others,
either may go first if f32 cannot decide. Similarities may all be negative. Rows may be of very different lengths: the
squares of an element are within f32, but the product of two rows' sums of squares may not be. Scratch has room for all
similarities.`,
  example: {
    shape: { queries: 1, docs: 4, dim: 2, top_k: 3 },
    params: {},
    inputs: { queries: [3, 4], docs: [0, -5, 8, 6, 6, 8, 8, 6] },
  },
  hints: [
    "One invocation for each query is enough: insert each document into the list of the best so far if it exceeds the last of them.",
    "Keep the earlier of two equal scores ahead: an insertion moves only scores that are less.",
    "Divide by the product of the norms, not by the root of the product of squares, which may overflow.",
    "Compute all similarities in a first pass, as a matrix product in tiles, and select in a second.",
    "In the second pass, let a workgroup share a query: each round finds the best pair of score and index after the previous one.",
  ],
  shape: { queries: "queries", docs: "documents", dim: "elements of a row", top_k: "documents to find for each query" },
  params: {},
  inputs: {
    queries: { dims: ["queries", "dim"], about: "a query in each row", range: [-LARGEST, LARGEST] },
    docs: { dims: ["docs", "dim"], about: "a document in each row", range: [-LARGEST, LARGEST] },
  },
  outputs: {
    indices: { type: "u32", dims: ["queries", "top_k"], about: "documents by similarity, the best first" },
    scores: { dims: ["queries", "top_k"], about: "their similarities" },
  },
  unit: ["queries"],
  constraints: [
    {
      sentence: "`top_k` is at most `docs`.",
      of: "dimensions",
      holds: ({ shape }) => shape.top_k <= shape.docs,
    },
    noZeroRows,
  ],
  reference: {
    prepare({ docs }, { dim, top_k }) {
      const norms = sqrt(rowSums(square(docs), dim));
      const normalised = div(docs, repeated(norms, dim));
      const equals = equalRows(docs, dim);
      return ({ queries: query }) => {
        const norm = sqrt(rowSums(square(query), dim));
        const similarities = anyOf(div(matVec(docs, query), mul(norms, norm)), matVec(normalised, div(query, norm)));
        return { indices: topK(similarities, top_k, equals), scores: largestValues(similarities, top_k) };
      };
    },
  },
  cases: casesOf({
    axes: ["queries", "docs", "dim", "top_k"],
    checks: [
      ["tiny", [1, 1, 1, 1]],
      ["tiny", [2, 5, 3, 2]],
      ["odd sizes", [7, 37, 13, 5], "all"],
      ["odd sizes", [3, 263, 17, 11]],
      ["around a tile", [17, 64, 16, 7], "all"],
      ["around a tile", [16, 65, 15, 8]],
      ["around a tile", [15, 63, 64, 3], "all"],
      ["around a tile", [65, 31, 65, 4]],
      ["around a tile", [13, 36, 12, 5]],
      ["all documents", [5, 29, 7, 29], ["plain", "copies"]],
      ["all documents", [3, 29, 1, 29], ["signs"]],
      ["long rows", [2, 11, 8209, 3]],
      ["many documents", [1, 8209, 3, 10]],
      ["many queries", [65_537, 3, 2, 2]],
    ],
    draw(random) {
      const docs = random.integer(4, 200);
      return [random.integer(2, 40), docs, random.integer(2, 60), random.integer(1, Math.min(docs, 12))];
    },
    measures: { small: [64, 1024, 64, 8], medium: [128, 4096, 128, 8], large: [256, 8192, 128, 16] },
  }),
  data: {
    plain: ["independent normal elements around 0.5", { queries: normal(0.5, 1), docs: normal(0.5, 1) }],
    copies: ["every document occurs three times", { docs: copies(3) }],
    "near-copies": ["documents in pairs whose elements differ in their last place", { docs: copies(2, 2 ** -23) }],
    opposite: ["every similarity is negative", { queries: normal(2, 1), docs: normal(-2, 1) }],
    signs: [
      "elements of one magnitude: many documents are equal, and many opposite",
      { queries: signs(4), docs: signs(2) },
    ],
    lengths: ["rows of lengths from 1e-13 to 1e13", { queries: scaled, docs: scaled }],
  },
  scratchLimitBytes: ({ queries, docs }) => 4 * queries * docs,
  flops: ({ queries, docs, dim }) => queries * docs * 4 * dim,
  mistakes: [
    ...mistakes({
      "not-normalised": [
        "documents are compared by the dot product",
        "Divide the dot product by the norms of both rows.",
        ["product / (own_norm * sqrt(squares))", "product"],
      ],
      "query-not-normalised": [
        "scores are not divided by the query's norm",
        "Divide by the query's norm, too: it changes no order, but every score.",
        ["(own_norm * sqrt(squares))", "sqrt(squares)"],
      ],
      "document-not-normalised": [
        "scores are not divided by the document's norm",
        "Divide by the document's norm, too.",
        ["(own_norm * sqrt(squares))", "own_norm"],
      ],
      "root-omitted": [
        "scores are divided by sums of squares",
        "Take the root of each sum of squares.",
        ["own_norm = sqrt(own_squares)", "own_norm = own_squares"],
        ["own_norm * sqrt(squares)", "own_norm * squares"],
      ],
      "root-of-the-product": [
        "the root of a product of both sums of squares is taken, which overflows for long rows",
        "Take the root of each sum of squares, and multiply the roots.",
        ["own_norm * sqrt(squares)", "sqrt(own_squares * squares)"],
      ],
      "magnitude-of-similarity": [
        "documents are ranked by the magnitude of their similarity",
        "Keep the sign: a document opposite to the query is the least similar one.",
        ["let score = product /", "let score = abs(product) /"],
      ],
      "list-of-zeros": [
        "the list of the best begins with scores of 0, so that negative ones are lost",
        "Begin with an empty list, or with scores below -1.",
        [
          "var kept = 0u;",
          "var kept = TOP_K; for (var r = 0u; r < TOP_K; r++) { scores[first + r] = 0.0; indices[first + r] = 0u; }",
        ],
      ],
      "later-of-equals": [
        "of equal documents, the one with the higher index goes first",
        "Insert a document behind those with equal scores: move only scores that are less.",
        ["score <= scores[first", "score < scores[first"],
        ["scores[place - 1] < score", "scores[place - 1] <= score"],
      ],
      "worst-first": [
        "the least similar documents are found",
        "Keep the largest similarities, the largest first.",
        ["score <= scores[first", "score >= scores[first"],
        ["scores[place - 1] < score", "scores[place - 1] > score"],
      ],
    }),
    ...axisMistakes({
      element: "element",
      variable: "c",
      end: "DIM",
      fate: "missing from the dot product and both norms",
      tiles: [4, 16],
      stopAt: (end) => [
        ["c < DIM; c++) {\n    let own", `c < ${end}; c++) {\n    let own`],
        ["c < DIM; c++) {\n      let element", `c < ${end}; c++) {\n      let element`],
      ],
    }),
  ],
  plain: { code: plain, invocationFor: ["queries"] },
  tuned: {
    software,
    hardware({ shape, device }) {
      const { queries, docs, dim, top_k } = shape;
      const { lanes, workgroups } = lanesFor(queries, docs, device);
      return {
        scratch: { similarities: 4 * queries * docs },
        passes: [
          {
            code: tuned,
            entryPoint: "compare",
            constants: { QUERIES: queries, DOCS: docs, DIM: dim },
            bindings: ["queries", "docs", "similarities"],
            workgroups: [Math.ceil(docs / TILE), Math.ceil(queries / TILE)],
          },
          {
            code: tuned,
            entryPoint: "choose",
            constants: { QUERIES: queries, DOCS: docs, TOP_K: top_k, LANES_PER_QUERY: lanes },
            bindings: ["similarities", "indices", "scores"],
            workgroups,
          },
        ],
      };
    },
  },
});
