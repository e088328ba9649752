import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { cloud, normal, spike } from "../../../harness/task/data-library.ts";
import { axisMistakes } from "../../../harness/task/mistake-library.ts";
import { add, div, matVec, mul } from "../../../reference/bounded.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

const SCALE = "ALPHA / f32(RANK) * change";
const TILES = [16, 64];

export default composeTask({
  name: "lora-linear",
  family: "layers",
  title: "Linear layer with LoRA",
  step: { track: "training", level: 2, teaches: "the order of matrix products", questions: [36] },
  statement: `Apply a linear layer and its low-rank update (LoRA) to every token:

    y[t,o] = sum over i of x[t,i] · w[o,i]
           + alpha / rank · sum over r of z[t,r] · lora_b[o,r]
    z[t,r] = sum over i of x[t,i] · lora_a[r,i]

All weights are laid out as [out, in], as in PyTorch. Scratch has no room for merged weights, w + alpha/rank · b·a.`,
  example: {
    shape: { tokens: 1, inputs: 2, outputs: 2, rank: 1 },
    params: { alpha: 2 },
    inputs: { x: [1, 2], w: [1, 0, 0, 1], lora_a: [1, 1], lora_b: [0.5, -1] },
  },
  hints: [
    "Use two passes: z in scratch, one invocation for each of its elements, then one invocation for each element of y.",
    "Multiply from the left: (x·aᵀ)·bᵀ takes rank·(inputs + outputs) products for a token, b·a takes rank·inputs·outputs.",
    "Scale z by alpha / rank when it is written: each of its elements serves all outputs.",
    "Append z to x, and lora_b to w: the update is then RANK more columns of one matrix product, in the same tiles.",
  ],
  shape: {
    tokens: "tokens, each computed by itself",
    inputs: "elements of a token",
    outputs: "elements of a result",
    rank: "columns between the update's two factors",
  },
  params: { alpha: ["the update's scale, before the division by the rank", 16, 8, 1] },
  inputs: {
    x: { dims: ["tokens", "inputs"], about: "tokens", range: [-100, 100] },
    w: { dims: ["outputs", "inputs"], about: "weights of the base layer, [out, in]", range: [-10, 10] },
    lora_a: { dims: ["rank", "inputs"], about: "the update's first factor, [out, in]", range: [-10, 10] },
    lora_b: { dims: ["outputs", "rank"], about: "the update's second factor, [out, in]", range: [-10, 10] },
  },
  outputs: { y: { dims: ["tokens", "outputs"], about: "results" } },
  unit: ["tokens"],
  reference: ({ x, w, lora_a, lora_b }, { alpha, rank }) => ({
    y: add(matVec(w, x), mul(div(alpha, rank), matVec(lora_b, matVec(lora_a, x)))),
  }),
  cases: casesOf({
    axes: ["tokens", "inputs", "outputs", "rank"],
    checks: [
      ["tiny", [1, 1, 1, 1]],
      ["tiny", [2, 3, 5, 2]],
      ["tiny", [4, 6, 8, 3]],
      ["whole vectors", [1, 8, 36, 4]],
      ["whole vectors", [2, 36, 8, 8]],
      ["whole vectors", [4, 12, 8, 4]],
      ["whole vectors", [5, 64, 68, 8], "all"],
      ["odd sizes", [7, 13, 27, 3], "all"],
      ["odd sizes", [17, 97, 23, 5]],
      ["around a tile", [63, 16, 65, 4]],
      ["around a tile", [64, 33, 31, 17], "all"],
      ["around a tile", [65, 15, 64, 16]],
      ["around a tile", [33, 65, 129, 8]],
      ["one token", [1, 131, 260, 4]],
      ["large rank", [9, 31, 29, 131]],
      ["long sums", [3, 2053, 7, 6]],
      ["many tokens", [65_537, 3, 2, 1]],
      ["many outputs", [1, 2, 65_537, 3]],
    ],
    draw: (random) => [random.integer(2, 60), random.integer(2, 200), random.integer(2, 60), random.integer(1, 20)],
    measures: { small: [64, 256, 256, 8], medium: [256, 512, 256, 8], large: [256, 512, 512, 16] },
  }),
  data: {
    plain: [
      "tokens around 0.3, and weights that keep their size",
      { x: normal(0.3, 1), w: cloud(0, 1), lora_a: cloud(0, 1), lora_b: cloud(0, 1) },
    ],
    spike: ["one element of each token, in a different column, is far larger than the others", { x: spike(100) }],
    "small-base": ["a base layer so small that y is almost the update", { w: cloud(0, 1e-3) }],
    "small-update": ["an update so small that y is almost the base layer", { lora_b: cloud(0, 0.01) }],
  },
  // 64 partial sums of each element of z.
  scratchLimitBytes: ({ tokens, rank }) => 4 * 64 * tokens * rank,
  flops: ({ tokens, inputs, outputs, rank }) => 2 * tokens * (inputs * outputs + rank * (inputs + outputs)),
  mistakes: [
    {
      name: "not-divided-by-rank",
      about: "the update is scaled by alpha, not alpha / rank",
      hint: "Divide alpha by the rank: ALPHA / f32(RANK).",
      edits: [[SCALE, "ALPHA * change"]],
    },
    {
      name: "not-scaled",
      about: "the update is not scaled by alpha / rank",
      hint: "Multiply the update by ALPHA / f32(RANK).",
      edits: [[SCALE, "change"]],
    },
    {
      name: "alpha-omitted",
      about: "the update is divided by the rank, but not multiplied by alpha",
      hint: "Multiply the update by ALPHA / f32(RANK).",
      edits: [[SCALE, "change / f32(RANK)"]],
    },
    {
      name: "scaled-by-root-of-rank",
      about: "alpha is divided by the root of the rank, as in rsLoRA",
      hint: "Divide alpha by the rank itself: ALPHA / f32(RANK).",
      edits: [[SCALE, "ALPHA / sqrt(f32(RANK)) * change"]],
    },
    {
      name: "base-scaled",
      about: "the base layer is scaled by alpha / rank as well",
      hint: "Scale only the update: x·wᵀ is added as it is.",
      edits: [[`base + ${SCALE}`, "ALPHA / f32(RANK) * (base + change)"]],
    },
    {
      name: "update-left-out",
      about: "only the base layer is computed",
      hint: "Add ALPHA / f32(RANK) times the update to x·wᵀ.",
      edits: [[` + ${SCALE}`, ""]],
    },
    {
      name: "base-left-out",
      about: "only the update is computed",
      hint: "Add x·wᵀ to the update.",
      edits: [["base + ", ""]],
    },
    {
      name: "lora-a-transposed",
      about: "lora_a is read as if it were [inputs,rank]",
      hint: "Read lora_a[r * INPUTS + i]: it is [rank,inputs], so the elements for one r are contiguous.",
      edits: [["lora_a[r * INPUTS + i]", "lora_a[i * RANK + r]"]],
    },
    {
      name: "lora-b-transposed",
      about: "lora_b is read as if it were [rank,outputs]",
      hint: "Read lora_b[o * RANK + r]: it is [outputs,rank], so an output's elements are contiguous.",
      edits: [["lora_b[o * RANK + r]", "lora_b[r * OUTPUTS + o]"]],
    },
    {
      name: "w-transposed",
      about: "w is read as if it were [inputs,outputs]",
      hint: "Read w[o * INPUTS + i]: it is [outputs,inputs], so an output's weights are contiguous.",
      edits: [["w[o * INPUTS + i]", "w[i * OUTPUTS + o]"]],
    },
    ...axisMistakes({
      element: "column",
      variable: "r",
      end: "RANK",
      fate: "missing from the update",
      tiles: [4, 16],
      stopAt: (end) => [["r < RANK", `r < ${end}`]],
    }),
    ...axisMistakes({
      element: "input",
      variable: "i",
      end: "INPUTS",
      fate: "missing from both products",
      tiles: TILES,
      stopAt: (end) => [
        ["i < INPUTS; i++) {\n    product", `i < ${end}; i++) {\n    product`],
        ["i < INPUTS; i++) {\n    base", `i < ${end}; i++) {\n    base`],
      ],
    }),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["tokens", "outputs"], bindings: ["x", "w", "y"] },
});
