import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { rowTurns } from "../../../harness/task/places.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import type { Constraint, DeclaredRange } from "../../../harness/task/task.ts";
import { anyOf, concat, logSigmoid, mul, neg, sub, sum, type Vector } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

type Names = "n" | "tokens";

const LEAST = -100;
const LENGTHS = {
  policy_chosen: "chosen_lengths",
  policy_rejected: "rejected_lengths",
  reference_chosen: "chosen_lengths",
  reference_rejected: "rejected_lengths",
} as const;
type Tensor = keyof typeof LENGTHS;
const TENSORS = Object.keys(LENGTHS) as Tensor[];
const BINDINGS = [...TENSORS, "chosen_lengths", "rejected_lengths", "loss"] as const;

/** The log-probabilities that count. */
function withinLength({ shape: { tokens }, inputs }: Problem<Names, "beta">, tensor: Tensor): number[] {
  const lengths = inputs[LENGTHS[tensor]]!;
  return Array.from(inputs[tensor]!).filter((_, at) => at % tokens < lengths[Math.floor(at / tokens)]!);
}

const ranges = TENSORS.map(
  (tensor): DeclaredRange<Names, "beta"> => ({
    of: `\`${tensor}\` before the end of its row`,
    least: LEAST,
    most: 0,
    values: (problem) => withinLength(problem, tensor),
  }),
);

const lengthConstraints = (["chosen_lengths", "rejected_lengths"] as const).map(
  (lengths): Constraint<Names, string> => ({
    sentence: `Each of \`${lengths}\` is from 1 to \`tokens\`.`,
    of: "inputs",
    holds: ({ shape, inputs }) => inputs[lengths]!.every((length) => length >= 1 && length <= shape.tokens),
  }),
);

/** Returns the log-probability of a token under the policy and under the reference. */
type DrawToken = (isChosen: boolean) => readonly [policy: number, reference: number];

/** Each pair of answers by itself. Behind their ends is garbage. */
function pairs(drawRow: (random: Random, turn: number) => DrawToken): DrawInputs<Names, "beta"> {
  return (random, { n, tokens }) => {
    const drawn = Object.fromEntries(
      TENSORS.map((name) => [name, random.f32(n * tokens, () => random.pick([-1, 1]) * 10 ** random.uniform(5, 30))]),
    ) as Record<Tensor, Float32Array>;
    const chosen_lengths = new Uint32Array(n);
    const rejected_lengths = new Uint32Array(n);
    for (const [row, turn] of rowTurns(random, n).entries()) {
      const draw = drawRow(random, turn);
      // The shortest, the longest, and any.
      chosen_lengths[row] = [tokens, 1, random.integer(1, tokens)][turn % 3]!;
      rejected_lengths[row] = [random.integer(1, tokens), tokens, 1, random.integer(1, tokens)][turn % 4]!;
      const fill = (policy: Tensor, reference: Tensor, length: number) => {
        for (let at = row * tokens; at < row * tokens + length; at++) {
          const values = draw(policy === "policy_chosen").map((value) => Math.min(0, Math.max(LEAST, value)));
          [drawn[policy][at], drawn[reference][at]] = values as [number, number];
        }
      };
      fill("policy_chosen", "reference_chosen", chosen_lengths[row]!);
      fill("policy_rejected", "reference_rejected", rejected_lengths[row]!);
    }
    return { ...drawn, chosen_lengths, rejected_lengths };
  };
}

export default composeTask({
  name: "dpo-loss",
  family: "losses",
  title: "Loss of direct preference optimisation",
  step: {
    track: "losses",
    level: 2,
    teaches: "sums over rows of different lengths",
    questions: [35],
  },
  statement: `For every pair of answers, of which people chose one and rejected the other, compute the loss that teaches a policy
to prefer the chosen one more than a reference model does. The inputs hold the log-probability of every token:

    chosen[i]   = sum over t < chosen_lengths[i]   of (policy_chosen[i,t] - reference_chosen[i,t])
    rejected[i] = sum over t < rejected_lengths[i] of (policy_rejected[i,t] - reference_rejected[i,t])
    loss[i]     = -log(sigmoid(beta · (chosen[i] - rejected[i])))

Sums are not divided by the lengths. Behind the end of an answer there may be any numbers, far larger than the others.
The margin may be in the hundreds, of either sign: \`exp\` of it overflows, the loss does not.`,
  example: {
    shape: { n: 1, tokens: 2 },
    params: { beta: 0.5 },
    inputs: {
      policy_chosen: [-1, -2],
      policy_rejected: [-3, 1e9],
      reference_chosen: [-2, -3],
      reference_rejected: [-1, -1e9],
      chosen_lengths: [2],
      rejected_lengths: [1],
    },
  },
  hints: [
    "Loop while t is less than the row's own length: the chosen and the rejected answer have different ones.",
    "Write -log(sigmoid(x)) as max(-x, 0) + log(1 + exp(-|x|)): the exponential is then at most 1.",
    "Subtract the reference's log-probability from the policy's before adding: the terms are smaller, and so are rounding errors.",
    "Let several invocations share a row, each taking every so many tokens, and add their sums in workgroup memory.",
  ],
  shape: { n: "pairs of answers", tokens: "room for the tokens of an answer" },
  params: { beta: ["how much the policy may depart from the reference", 0.1, 0.5, 0.02] },
  inputs: {
    policy_chosen: { dims: ["n", "tokens"], about: "log-probabilities of the chosen answers under the policy" },
    policy_rejected: { dims: ["n", "tokens"], about: "those of the rejected answers" },
    reference_chosen: { dims: ["n", "tokens"], about: "those of the chosen answers under the reference" },
    reference_rejected: { dims: ["n", "tokens"], about: "those of the rejected answers" },
    chosen_lengths: { type: "u32", dims: ["n"], about: "tokens of each chosen answer" },
    rejected_lengths: { type: "u32", dims: ["n"], about: "tokens of each rejected answer" },
  },
  outputs: { loss: { dims: ["n"], about: "the loss of each pair" } },
  unit: ["n"],
  ranges,
  constraints: lengthConstraints,
  reference(inputs, { beta }) {
    const length = (tensor: Tensor) => inputs[LENGTHS[tensor]].values[0]!;
    const [chosenPolicy, rejectedPolicy, chosenReference, rejectedReference] = TENSORS.map((tensor) =>
      inputs[tensor].slice(0, length(tensor)),
    ) as [Vector, Vector, Vector, Vector];
    const chosen = sub(chosenPolicy, chosenReference);
    const rejected = sub(rejectedPolicy, rejectedReference);
    const margin = anyOf(
      sub(sum(chosen), sum(rejected)),
      sub(sub(sum(chosenPolicy), sum(chosenReference)), sub(sum(rejectedPolicy), sum(rejectedReference))),
      sum(concat(chosen, neg(rejected))),
    );
    return { loss: neg(logSigmoid(mul(margin, beta))) };
  },
  cases: casesOf({
    axes: ["n", "tokens"],
    checks: [
      ["tiny", [1, 1]],
      ["tiny", [3, 2]],
      ["odd sizes", [37, 13], "all"],
      ["around a tile", [64, 15]],
      ["around a tile", [16, 65], "all"],
      ["around a tile", [63, 64]],
      ["around a tile", [65, 17]],
      ["odd sizes", [131, 257]],
      ["long rows", [17, 1031], ["plain", "tuned"]],
      ["many rows", [65_537, 2]],
    ],
    draw: (random) => [random.integer(2, 90), random.integer(2, 300)],
    measures: { small: [256, 128], medium: [1024, 512], large: [4096, 1024] },
  }),
  data: {
    plain: [
      "independent log-probabilities between -3 and 0",
      pairs((random) => () => [random.uniform(-3, 0), random.uniform(-3, 0)]),
    ],
    tuned: [
      "a policy close to the reference, drifted from it towards the chosen answer or away from it",
      pairs((random, turn) => {
        const drift = (turn % 2 === 0 ? -1 : 1) * random.uniform(0.05, 0.2);
        return (isChosen) => {
          const reference = random.uniform(-3, -0.5);
          return [reference + (isChosen ? drift : -drift) + random.normal(0, 0.05), reference];
        };
      }),
    ],
    sure: [
      "log-probabilities at both ends of their range: margins so large that exp of them overflows",
      pairs((random, turn) => {
        const ends = () => [-random.uniform(), LEAST + random.uniform()] as const;
        return (isChosen) => {
          const [high, low] = ends();
          return isChosen === (turn % 2 === 0) ? [high, low] : [low, high];
        };
      }),
    ],
  },
  flops: ({ n, tokens }) => 4 * n * tokens,
  mistakes: [
    {
      name: "lengths-ignored",
      about: "tokens past the end of the chosen answer are added",
      hint: "Loop while t < chosen_lengths[row] and t < rejected_lengths[row]: the rest of a row is garbage.",
      edits: [["let chosen_end = chosen_lengths[row]", "let chosen_end = TOKENS"]],
    },
    {
      name: "one-length-for-both",
      about: "the rejected answer is cut at the chosen one's length",
      hint: "Use rejected_lengths for the rejected answer.",
      edits: [["let rejected_end = rejected_lengths[row]", "let rejected_end = chosen_lengths[row]"]],
    },
    {
      name: "answers-swapped",
      about: "the rejected answer is preferred",
      hint: "Subtract the rejected answer's sum from the chosen one's.",
      edits: [["(chosen - rejected)", "(rejected - chosen)"]],
    },
    {
      name: "no-reference",
      about: "the reference's log-probabilities are not subtracted",
      hint: "Subtract reference_chosen and reference_rejected from the policy's log-probabilities.",
      edits: [
        [" - reference_chosen[start + t]", ""],
        [" - reference_rejected[start + t]", ""],
      ],
    },
    {
      name: "beta-ignored",
      about: "`beta` is not used",
      hint: "Multiply the margin by BETA.",
      edits: [["BETA * (chosen", "(chosen"]],
    },
    {
      name: "means-instead-of-sums",
      about: "the sums are divided by the lengths",
      hint: "Use the sums themselves: the loss is not normalised by length.",
      edits: [["(chosen - rejected)", "(chosen / f32(chosen_end) - rejected / f32(rejected_end))"]],
    },
    {
      name: "exponential-overflows",
      about: "log(1 + exp(-margin)) overflows",
      hint: "Use max(-x, 0) + log(1 + exp(-|x|)): exp(-x) overflows an f32 below x = -88.7.",
      edits: [["max(-margin, 0.0) + log(1.0 + exp(-abs(margin)))", "log(1.0 + exp(-margin))"]],
    },
    {
      name: "last-token-left-out",
      about: "the last token of each chosen answer is omitted",
      hint: "Loop while t < chosen_lengths[row]: the loop ends one too early.",
      edits: [["t < chosen_end;", "t + 1 < chosen_end;"]],
    },
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: {
    // One invocation takes one pair, without the barriers that cost a software adapter more than the work.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "n", columns: ["tokens"] },
      BINDINGS,
    ),
    hardware({ shape: { n, tokens }, params: { beta }, device }) {
      const { lanes, workgroups } = lanesFor(n, tokens, device);
      return {
        passes: [
          {
            code: tuned,
            constants: { N: n, TOKENS: tokens, BETA: beta, LANES_PER_ROW: lanes },
            bindings: BINDINGS,
            workgroups,
          },
        ],
      };
    },
  },
});
