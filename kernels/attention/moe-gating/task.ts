import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { type Draw, wholeNumbers } from "../../../harness/task/data-library.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { mistakes } from "../../../harness/task/mistake-library.ts";
import * as rows from "../../../harness/task/row-data.ts";
import { div, dot, gather, integers, mul, softmaxRows, vecMat } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import starter from "./starter.wgsl";
import tuned from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
const MOST_PARTS = 64;
/** The largest magnitude of a logit. */
const LARGEST = 1000;

/** Normal logits; some experts are preferred, so that loads differ. */
const preferences: Draw = (random, { rows: tokens, cols }) => {
  const levels = random.f32(cols, () => random.normal(0, 1));
  return random.f32(tokens * cols, (_, at) => levels[at % cols]! + random.normal(0, 1.5));
};

/**
 * Indices of each row's largest values, of equal ones the lowest first. Logits are compared as they are: no choice is
 * uncertain.
 */
function bestOfRows(values: Float64Array, columns: number, count: number): Uint32Array {
  const best = new Uint32Array((values.length / columns) * count);
  for (let first = 0, start = 0; start < values.length; first += count, start += columns) {
    let last = first;
    for (let index = start; index < start + columns; index++) {
      let at = last;
      while (at > first && values[best[at - 1]!]! < values[index]!) at--;
      if (last < first + count) last++;
      for (let later = last - 1; later > at; later--) best[later] = best[later - 1]!;
      if (at < last) best[at] = index;
    }
  }
  return best;
}

export default composeTask({
  name: "moe-gating",
  family: "attention",
  title: "Gating of a mixture of experts",
  step: {
    track: "attention and inference",
    level: 4,
    teaches: "selection with ties, and sums across tokens",
    questions: [39],
  },
  statement: `Route every token to its \`top_k\` best experts, and measure how evenly they are used:

    experts[t,r]    = the expert with the r-th largest logits[t,e], from r = 0
    weights[t,r]    = softmax over the chosen experts of their logits
    load[e]         = number of tokens that are routed to expert e
    balance_loss[0] = n · sum over e of load[e] / (tokens · top_k) · mean over t of p[t,e]

n is the number of experts, and p[t,e] the softmax over all experts of a token's logits. Of equal logits, the one with the
lower index goes first. The loss is Switch Transformer's: 1 if all experts are used alike. Subtract a token's largest
logit before \`exp\`.`,
  example: {
    shape: { tokens: 2, experts: 3, top_k: 2 },
    params: {},
    inputs: { logits: [0, Math.log(2), 0, Math.log(4), 0, Math.log(4)] },
  },
  hints: [
    "Route each token in one invocation: every round takes the best expert after the previous one, by logit, then by index.",
    "The first chosen logit is the token's largest, which both softmaxes subtract.",
    "Keep each token's sum of exponentials in scratch: a second pass needs it for the mean of p.",
    "In a second pass, let a workgroup take each expert; its invocations stride through the tokens.",
    "Or count with atomicAdd in scratch, which starts as zeros: outputs do not.",
  ],
  shape: {
    tokens: "tokens, each routed by itself",
    experts: "experts",
    top_k: "experts for each token",
  },
  params: {},
  inputs: {
    logits: {
      dims: ["tokens", "experts"],
      about: "the router's scores",
      range: [-LARGEST, LARGEST],
    },
  },
  outputs: {
    experts: {
      type: "u32",
      dims: ["tokens", "top_k"],
      about: "chosen experts, the best first",
    },
    weights: {
      dims: ["tokens", "top_k"],
      about: "their weights, which add up to 1",
    },
    load: {
      type: "u32",
      dims: ["experts"],
      about: "tokens routed to each expert",
    },
    balance_loss: { dims: ["1"], about: "load-balancing loss" },
  },
  unit: [],
  constraints: [
    {
      sentence: "`top_k` is at most `experts`.",
      of: "dimensions",
      holds: ({ shape }) => shape.top_k <= shape.experts,
    },
  ],
  reference({ logits }, { tokens, experts, top_k }) {
    const best = bestOfRows(logits.values, experts, top_k);
    const chosen = best.map((index) => index % experts);
    const load = new Float64Array(experts);
    for (const expert of chosen) load[expert]!++;
    const probabilities = vecMat(integers(new Float64Array(tokens).fill(1)).own, softmaxRows(logits, experts));
    const shares = div(integers(load).own, tokens * top_k);
    return {
      experts: integers(chosen),
      weights: softmaxRows(gather(logits, best), top_k),
      load: integers(load),
      balance_loss: mul(dot(shares, div(probabilities, tokens)), experts),
    };
  },
  cases: casesOf({
    axes: ["tokens", "experts", "top_k"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 2]],
      ["odd sizes", [37, 13, 3], "all"],
      ["odd sizes", [97, 7, 2]],
      ["around a tile", [63, 16, 4]],
      ["around a tile", [64, 17, 5], ["plain", "ties"]],
      ["around a tile", [65, 15, 2]],
      ["around a tile", [35, 64, 8], "all"],
      ["around a tile", [129, 65, 6]],
      ["all experts", [11, 13, 13], ["plain", "ties"]],
      ["many experts", [9, 1031, 65]],
      ["many tokens", [65_537, 3, 2]],
    ],
    draw(random) {
      const experts = random.integer(3, 60);
      return [random.integer(20, 300), experts, random.integer(2, Math.min(8, experts - 1))];
    },
    measures: {
      small: [1024, 16, 2],
      medium: [8192, 64, 4],
      large: [32_768, 128, 8],
    },
  }),
  data: {
    plain: ["normal logits; some experts are preferred", { logits: preferences }],
    ties: ["small integers, so that many logits are equal", { logits: wholeNumbers(-6, 6) }],
    offset: [
      "logits as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      { logits: rows.untargeted(rows.farFromZero(LARGEST)) },
    ],
    steep: ["one expert of each token dominates", { logits: rows.untargeted(rows.steep) }],
  },
  scratchLimitBytes: ({ tokens, experts }) => 4 * (2 * tokens + (MOST_PARTS + 2) * experts),
  flops: ({ tokens, experts, top_k }) => tokens * experts * (top_k + 6),
  mistakes: mistakes({
    "later-of-equals": [
      "of equal logits, the one with the higher index goes first",
      "Take a later expert only if its logit is greater.",
      ["(logit == last && e > last_expert)", "(logit == last && e < last_expert)"],
      ["logit > best)", "logit >= best)"],
    ],
    "equals-left-out": [
      "of equal logits, only the first is chosen",
      "Allow an expert whose logit equals the last one's, if its index is higher.",
      ["logit < last || (logit == last && e > last_expert)", "logit < last"],
    ],
    "weights-of-all-experts": [
      "weights are the softmax over all experts",
      "Divide by the sum over the chosen experts only: weights add up to 1.",
      ["weights[first + rank] /= chosen_sum;", ""],
      [
        "sums[token] = vec2f(maximum, sum);",
        "sums[token] = vec2f(maximum, sum); for (var r = 0u; r < TOP_K; r++) { weights[first + r] /= sum; }",
      ],
    ],
    "weights-not-normalised": [
      "weights are not divided by their sum",
      "Divide by the sum over the chosen experts.",
      ["weights[first + rank] /= chosen_sum;", ""],
    ],
    "maximum-not-subtracted": [
      "the largest logit is not subtracted before exp",
      "Subtract the token's largest logit before exp, which overflows above 88.7.",
      ["maximum = best;", "maximum = 0.0;"],
    ],
    "load-of-first-choices": [
      "only the first choice of each token counts as load",
      "Count all choices of a token.",
      ["rank < TOP_K; rank++) {\n      count", "rank < 1; rank++) {\n      count"],
    ],
    "shares-of-tokens": [
      "loads are divided by the number of tokens, not of choices",
      "Divide by tokens · top_k, so that the shares add up to 1.",
      ["f32(TOKENS * TOP_K)", "f32(TOKENS)"],
    ],
    "not-multiplied-by-experts": [
      "the loss is not multiplied by the number of experts",
      "Multiply by the number of experts: the loss is 1 if all are used alike.",
      ["f32(EXPERTS) * sum", "sum"],
    ],
    "probabilities-not-averaged": [
      "probabilities are added, not averaged",
      "Divide the sum of an expert's probabilities by the number of tokens.",
      ["(all_probability / f32(TOKENS))", "all_probability"],
    ],
    "last-expert-left-out": [
      "the last expert is missing from the loss",
      "Add up all experts.",
      ["e < EXPERTS; e++) {\n      sum += known_parts", "e < EXPERTS - 1; e++) {\n      sum += known_parts"],
    ],
    "last-partial-left-out": [
      "the last invocation's tokens are omitted from loads and probabilities",
      "Add the partial results of all invocations of the workgroup.",
      ["other < 64;", "other < 63;"],
    ],
  }),
  plain({ shape: { tokens, experts, top_k } }) {
    const constants = { TOKENS: tokens, EXPERTS: experts, TOP_K: top_k };
    return {
      scratch: { sums: 8 * tokens, parts: 4 * experts },
      passes: [
        {
          code: plain,
          entryPoint: "route",
          constants,
          bindings: ["logits", "experts", "weights", "sums"],
          workgroups: [Math.ceil(tokens / WORKGROUP_SIZE)],
        },
        {
          code: plain,
          entryPoint: "balance",
          constants,
          bindings: ["logits", "experts", "sums", "load", "parts"],
          workgroups: [experts],
        },
        {
          code: plain,
          entryPoint: "finish",
          constants: { EXPERTS: experts },
          bindings: ["parts", "balance_loss"],
          workgroups: [1],
        },
      ],
    };
  },
  tuned: {
    // One invocation takes one token, without the barriers that cost a software adapter more than the work.
    software: "plain",
    hardware({ shape: { tokens, experts, top_k }, device }) {
      const parts = Math.min(MOST_PARTS, tokens);
      const sizes = { TOKENS: tokens, EXPERTS: experts };
      const { lanes, workgroups } = lanesFor(tokens, experts, device);
      return {
        scratch: {
          sums: 8 * tokens,
          counts: 4 * experts,
          parts: 4 * parts * experts,
        },
        passes: [
          {
            code: tuned,
            entryPoint: "route",
            constants: { ...sizes, TOP_K: top_k, LANES_PER_TOKEN: lanes },
            bindings: ["logits", "experts", "weights", "sums", "counts"],
            workgroups,
          },
          {
            code: tuned,
            entryPoint: "addProbabilities",
            constants: { ...sizes, PARTS: parts },
            bindings: ["logits", "sums", "parts"],
            workgroups: [Math.ceil(experts / WORKGROUP_SIZE), parts],
          },
          {
            code: tuned,
            entryPoint: "finish",
            constants: { ...sizes, TOP_K: top_k, PARTS: parts },
            bindings: ["parts", "counts", "load", "balance_loss"],
            workgroups: [1],
          },
        ],
      };
    },
  },
  starter: {
    code: starter,
    invocationFor: ["tokens"],
    bindings: ["experts", "weights", "load", "balance_loss"],
  },
});
