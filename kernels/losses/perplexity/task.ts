import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf } from "../../../harness/task/constraints.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { maximumMistakes, reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import * as rows from "../../../harness/task/row-data.ts";
import { div, exp, float64, gathered, logSumExp, sub, sum, type Vector } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import onlineOnSoftware from "../../software/online-softmax.wgsl";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import mean from "./tuned-mean.wgsl";
import softwareCode from "./tuned-software.wgsl";

const CROSS_ENTROPIES = ["logits", "targets", "mask", "losses"];
const crossEntropiesOnSoftware = invocationPerRow<"tokens" | "classes", never>(
  [softwareCode, onlineOnSoftware].join("\n"),
  { rows: "tokens", columns: ["classes"] },
  CROSS_ENTROPIES,
);

type Names = "tokens" | "classes";

/** The largest magnitude of a logit. */
const LARGEST = 10_000;
/** The exponential of it is near the largest f32. */
const LARGEST_MEAN = 80;

interface Tokens {
  readonly logits: Vector;
  readonly targets: ArrayLike<number>;
  readonly mask: ArrayLike<number>;
}

function meanCrossEntropy({ logits, targets, mask }: Tokens, classes: number): Vector {
  const counted = Array.from(mask).flatMap((counts, token) => (counts === 1 ? [token] : []));
  const losses = gathered(counted.length, (index) => {
    const token = counted[index]!;
    const row = logits.slice(token * classes, classes);
    return sub(logSumExp(row), row.at(targets[token]!));
  });
  return div(sum(losses), counted.length);
}

function meanInFloat64({ shape: { classes }, inputs }: Problem<Names, never>): Float64Array {
  const { logits, targets, mask } = inputs;
  return meanCrossEntropy({ logits: float64(logits!), targets: targets!, mask: mask! }, classes).values;
}

type DrawMask = (random: Random, token: number, tokens: number) => boolean;

/** Two in three tokens count, among them the first and the last. */
const most: DrawMask = (random, token, tokens) => token === 0 || token === tokens - 1 || random.uniform() < 2 / 3;

/** Rows of the tokens that count; the others are much less probable. */
const rowwise =
  (draw: rows.DrawRow, counts: DrawMask = most): DrawInputs<Names, never> =>
  (random, { tokens, classes }) => {
    const { logits, targets } = rows.targeted(draw)(random, { rows: tokens, classes }, {});
    const mask = Uint32Array.from(targets.keys(), (token) => (counts(random, token, tokens) ? 1 : 0));
    for (const [token, target] of targets.entries()) {
      if (mask[token] === 0) logits[token * classes + target]! -= 5;
    }
    return { logits: logits.map((logit) => Math.max(logit, -LARGEST)), targets, mask };
  };

/** Rows at one end of the range, and at some level between it and zero. */
const farFromZero =
  (end: number): rows.DrawRow =>
  (random, { turn }) => {
    const level = random.uniform(0.02, 0.98) * end;
    return turn % 2 === 0
      ? () => end - Math.sign(end) * Math.abs(random.normal(0, 2))
      : () => level + random.normal(0, 2);
  };

export default composeTask({
  name: "perplexity",
  family: "losses",
  title: "Perplexity",
  step: {
    track: "losses",
    level: 2,
    teaches: "a reduction of reductions, with a mask",
    questions: [42],
  },
  statement: `Compute a language model's perplexity, a single number: the exponential of the mean cross-entropy of the tokens
with \`mask\` 1. With \`t = targets[i]\`:

    ce[i]         = log(sum over c of exp(logits[i,c])) - logits[i,t]
    perplexity[0] = exp(mean over i with mask[i] = 1 of ce[i])

At least one token has mask 1; those with mask 0 count neither in the sum nor in its divisor. Logits may be large (see
below): subtract the row's maximum before \`exp\`.`,
  example: {
    shape: { tokens: 3, classes: 2 },
    params: {},
    inputs: { logits: [0, 0, Math.log(3), 0, 0, 900], targets: [0, 1, 0], mask: [1, 1, 0] },
  },
  hints: [
    "Compute ce as m + log(sum of exp(z - m)) - z[t], with m the row's maximum.",
    "One workgroup is enough for a correct kernel: each invocation takes every 64th token, then the first adds the sums and the counts.",
    "Take exp once, at the end: the mean of exponentials is another number.",
    "Use two passes: many workgroups write the tokens' losses to scratch, and one adds them.",
    "Let the lanes of a workgroup share the classes of a token, with a running maximum and sum (online softmax).",
  ],
  shape: { tokens: "tokens, each with a row of logits", classes: "entries of the vocabulary" },
  params: {},
  inputs: {
    logits: { dims: ["tokens", "classes"], about: "unnormalised log-probabilities", range: [-LARGEST, LARGEST] },
    targets: { type: "u32", dims: ["tokens"], about: "each token, counted from 0" },
    mask: { type: "u32", dims: ["tokens"], about: "1 for tokens that count, 0 for others" },
  },
  outputs: { perplexity: { dims: ["1"], about: "the perplexity" } },
  unit: [],
  ranges: [{ of: "the mean cross-entropy", least: 0, most: LARGEST_MEAN, values: meanInFloat64 }],
  constraints: [
    indicesOf("targets", "classes"),
    {
      sentence: "Each of `mask` is 0 or 1, and at least one is 1.",
      of: "inputs",
      holds: ({ inputs }) => inputs.mask!.every((counts) => counts <= 1) && inputs.mask!.includes(1),
    },
  ],
  reference: ({ logits, targets, mask }, { classes }) => ({
    perplexity: exp(meanCrossEntropy({ logits, targets: targets.values, mask: mask.values }, classes)),
  }),
  cases: casesOf({
    axes: ["tokens", "classes"],
    checks: [
      ["tiny", [1, 2]],
      ["tiny", [3, 1]],
      ["tiny", [3, 2]],
      ["odd sizes", [7, 13], "all"],
      ["odd sizes", [131, 257], ["plain", "spike", "steep"]],
      ["around a tile", [64, 15]],
      ["around a tile", [63, 17]],
      ["around a tile", [16, 65], "all"],
      ["around a tile", [65, 64], "all"],
      ["around a tile", [9, 193]],
      ["long rows", [5, 8209], "all"],
      ["many tokens", [1031, 2], ["plain", "single", "steep"]],
      ["many tokens", [65_537, 3]],
    ],
    draw: (random) => [random.integer(2, 90), random.integer(2, 600)],
    measures: { small: [512, 256], medium: [512, 4096], large: [256, 32_000] },
  }),
  data: {
    plain: ["independent normal logits around 1", rowwise(rows.independent(1, 2))],
    above: [
      "rows far above zero, up to the end of the range: exp overflows unless the maximum is subtracted",
      rowwise(farFromZero(LARGEST)),
    ],
    below: [
      "rows far below zero, down to the end of the range: all exponentials underflow unless the maximum is subtracted",
      rowwise(farFromZero(-LARGEST)),
    ],
    confident: ["the targets' logits dominate", rowwise(rows.confident)],
    spike: ["a few classes other than the target's hold most of each sum", rowwise(rows.spikes)],
    steep: [
      "the targets' logits tower over the others: exp overflows unless they are the maximum",
      rowwise((random, { target }) => {
        const height = random.uniform(200, 250);
        return (c) => random.normal(1, 2) + (c === target ? height : 0);
      }),
    ],
    improbable: [
      "targets so improbable that the perplexity is near the largest f32",
      rowwise((random, { cols, target }) => {
        const depth = LARGEST_MEAN - 0.4 - Math.log(Math.max(1, cols - 1));
        return (c) => (c === target ? -depth : random.uniform(-0.3, 0.3));
      }),
    ],
    single: ["one token counts, the last", rowwise(rows.independent(1, 2), (_, token, tokens) => token === tokens - 1)],
  },
  scratchLimitBytes: ({ tokens }) => 64 * tokens + 16_384,
  flops: ({ tokens, classes }) => 4 * tokens * classes,
  mistakes: [
    {
      name: "mask-ignored",
      about: "tokens with mask 0 are counted",
      hint: "Add the loss of tokens with mask 1 only, and count only those.",
      edits: [["if (mask[token] == 1) {", "{"]],
    },
    {
      name: "divided-by-all-tokens",
      about: "the sum is divided by the number of all tokens",
      hint: "Divide by the number of tokens with mask 1.",
      edits: [["f32(count)", "f32(TOKENS)"]],
    },
    {
      name: "mean-of-exponentials",
      about: "exp is taken of each token's loss instead of their mean",
      hint: "Add the losses, divide, and then take exp once.",
      edits: [
        ["+= crossEntropy(token)", "+= exp(crossEntropy(token))"],
        ["exp(entropy / f32(count))", "entropy / f32(count)"],
      ],
    },
    {
      name: "exponential-missing",
      about: "the mean cross-entropy itself is written",
      hint: "Write exp of the mean.",
      edits: [["exp(entropy / f32(count))", "entropy / f32(count)"]],
    },
    {
      name: "base-two-at-the-end",
      about: "2 is raised to the mean of natural logarithms",
      hint: "Use exp for natural logarithms: exp2 belongs to losses in bits.",
      edits: [["exp(entropy / f32(count))", "exp2(entropy / f32(count))"]],
    },
    {
      name: "last-partial-left-out",
      about: "the last partial sum is omitted",
      hint: "Add the partial sums of all invocations of the workgroup.",
      edits: [["other < 64;", "other < 63;"]],
    },
    ...maximumMistakes({ end: "CLASSES", row: "logits", start: "start" }),
    ...reductionMistakes({
      variable: "c",
      end: "CLASSES",
      body: "sum +=",
      makes: "the sum of exponentials",
      tiles: [16, 64, 256],
    }),
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned(context) {
    const { shape, device } = context;
    const { tokens, classes } = shape;
    const { lanes, workgroups } = lanesFor(tokens, classes, device);
    const onHardware = {
      ...{ code: tuned, bindings: CROSS_ENTROPIES, workgroups },
      constants: { TOKENS: tokens, CLASSES: classes, LANES_PER_TOKEN: lanes },
    };
    return {
      scratch: { losses: 4 * tokens },
      passes: [
        ...(device.kind === "software" ? crossEntropiesOnSoftware(context).passes : [onHardware]),
        {
          code: mean,
          constants: { TOKENS: tokens },
          bindings: ["losses", "mask", "perplexity"],
          workgroups: [1],
        },
      ],
    };
  },
});
