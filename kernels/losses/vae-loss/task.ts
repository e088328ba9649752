import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { normal, rowwise, uniform } from "../../../harness/task/data-library.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import { add, anyOf, concat, exp, mul, neg, softplus, square, sub, sum } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

/** Roundings of a term besides the additions of the other terms: its own additions, and the factors beta and ½. */
const OWN_ROUNDINGS = 6;

const TENSORS = ["x", "logits", "mu", "logvar", "loss"];

export default composeTask({
  name: "vae-loss",
  family: "losses",
  title: "Loss of a variational autoencoder",
  step: {
    track: "losses",
    level: 2,
    teaches: "a binary cross-entropy that does not overflow",
    questions: [25],
  },
  statement: `Compute the negative evidence lower bound of every row: how badly a decoder's \`logits\` reconstruct \`x\`, plus
\`beta\` times the divergence of the encoder's normal distribution from the standard one:

    bce[i]  = sum over c of (log(1 + exp(logits[i,c])) - x[i,c] · logits[i,c])
    kl[i]   = ½ · sum over c of (mu[i,c]² + exp(logvar[i,c]) - logvar[i,c] - 1)
    loss[i] = bce[i] + beta · kl[i]

Both are sums over the row, not means. bce is the binary cross-entropy with logits; \`x\` may be anything from 0 to 1.
\`exp(logits[i,c])\` may overflow, the loss does not.`,
  example: {
    shape: { n: 1, d: 2, latent: 1 },
    params: { beta: 2 },
    inputs: { x: [1, 0.5], logits: [0, 100], mu: [3], logvar: [0] },
  },
  hints: [
    "Write log(1 + exp(z)) as max(z, 0) + log(1 + exp(-|z|)): the exponential is then at most 1.",
    "Two loops over a row are enough: one over its d elements, one over its latent variables.",
    "Let several invocations share a row, each taking every so many elements, and add their sums in workgroup memory.",
  ],
  shape: { n: "rows, each with its own loss", d: "elements to reconstruct", latent: "latent variables" },
  params: { beta: ["weight of the divergence", 1, 0.25, 4, 0] },
  inputs: {
    x: { dims: ["n", "d"], about: "data, as probabilities", range: [0, 1] },
    logits: { dims: ["n", "d"], about: "the decoder's outputs", range: [-200, 200] },
    mu: { dims: ["n", "latent"], about: "means of the latent variables", range: [-10, 10] },
    logvar: { dims: ["n", "latent"], about: "logarithms of their variances", range: [-10, 10] },
  },
  outputs: { loss: { dims: ["n"], about: "the loss of each row" } },
  unit: ["n"],
  constraints: [notNegative("beta")],
  reference({ x, logits, mu, logvar }, { beta, d, latent }) {
    const ofOnes = mul(x, softplus(neg(logits)));
    const ofZeros = mul(sub(1, x), softplus(logits));
    const reconstruction = anyOf(sub(softplus(logits), mul(x, logits)), add(ofOnes, ofZeros));
    const divergence = concat(square(mu), exp(logvar), neg(logvar), mu.exactly(-latent));
    return {
      loss: sum(concat(reconstruction, mul(divergence, mul(beta, 0.5))), d + latent + OWN_ROUNDINGS),
    };
  },
  cases: casesOf({
    axes: ["n", "d", "latent"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [3, 2, 1]],
      ["odd sizes", [13, 7, 5], "all"],
      ["odd sizes", [263, 131, 3]],
      ["around a tile", [17, 15, 16], "all"],
      ["around a tile", [16, 65, 17], "all"],
      ["around a tile", [63, 64, 63]],
      ["around a tile", [19, 16, 16], "all"],
      ["around a tile", [18, 96, 32]],
      ["around a tile", [65, 17, 65]],
      ["long rows", [5, 8209, 2], ["plain", "sure"]],
      ["long rows", [5, 3, 1031], "all"],
      ["many rows", [65_537, 2, 1]],
    ],
    draw: (random) => [random.integer(2, 90), random.integer(1, 400), random.integer(1, 80)],
    measures: { small: [512, 256, 16], medium: [2048, 784, 32], large: [2048, 3072, 128] },
  }),
  data: {
    plain: [
      "uniform data, normal logits and latent variables",
      { x: uniform(), logits: normal(0.5, 2), mu: normal(0.3, 1), logvar: normal(-0.5, 1) },
    ],
    sure: [
      "logits far from zero, of either sign: exp overflows",
      {
        x: rowwise((random) => () => random.pick([0, 1, random.uniform()])),
        logits: rowwise((random) => () => random.pick([-1, 1]) * random.uniform(90, 200)),
      },
    ],
    collapsed: [
      "latent variables of nearly the standard normal distribution, except for one",
      {
        mu: rowwise(
          (random, { special }) =>
            (column) =>
              column === special ? random.normal(2, 0.5) : random.normal(0, 0.05),
        ),
        logvar: normal(0, 0.05),
      },
    ],
  },
  flops: ({ n, d, latent }) => n * (7 * d + 6 * latent),
  mistakes: [
    {
      name: "exponential-overflows",
      about: "log(1 + exp(logit)) overflows",
      hint: "Use max(z, 0) + log(1 + exp(-|z|)): exp(z) overflows an f32 above z = 88.7.",
      edits: [["max(z, 0.0) + log(1.0 + exp(-abs(z)))", "log(1.0 + exp(z))"]],
    },
    {
      name: "mean-reconstruction",
      about: "the reconstruction is averaged over the row instead of added up",
      hint: "Do not divide by D: both parts of the loss are sums.",
      edits: [["= reconstruction +", "= reconstruction / f32(D) +"]],
    },
    {
      name: "mean-divergence",
      about: "the divergence is averaged over the latent variables instead of added up",
      hint: "Do not divide by LATENT: both parts of the loss are sums.",
      edits: [["BETA * divergence", "BETA * divergence / f32(LATENT)"]],
    },
    {
      name: "divergence-not-halved",
      about: "the divergence lacks its factor ½",
      hint: "Multiply the sum over the latent variables by ½.",
      edits: [["0.5 * (m", "(m"]],
    },
    {
      name: "divergence-subtracted",
      about: "the divergence is subtracted",
      hint: "Add beta · kl: ½ · (mu² + exp(logvar) - logvar - 1) is never negative.",
      edits: [["+ BETA", "- BETA"]],
    },
    {
      name: "deviation-instead-of-variance",
      about: "`logvar` is taken for the logarithm of the standard deviation",
      hint: "Use exp(logvar) for the variance: logvar is its logarithm, not that of its root.",
      edits: [["exp(v) - v", "exp(2.0 * v) - 2.0 * v"]],
    },
    {
      name: "beta-ignored",
      about: "`beta` is not used",
      hint: "Multiply the divergence by BETA.",
      edits: [["BETA * ", ""]],
    },
    ...reductionMistakes({
      variable: "c",
      end: "D",
      body: "let z",
      makes: "the reconstruction",
      tiles: [16, 64],
    }),
    {
      name: "last-latent-left-out",
      about: "the last latent variable is missing from the divergence",
      hint: "Loop while c < LATENT: the loop for the divergence ends one too early.",
      edits: [["c < LATENT;", "c < LATENT - 1;"]],
    },
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: {
    // One invocation takes one row, without the barriers that cost a software adapter more than the work.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "n", columns: ["d", "latent"] },
      TENSORS,
    ),
    hardware({ shape: { n, d, latent }, params: { beta }, device }) {
      const { lanes, workgroups } = lanesFor(n, d + latent, device);
      return {
        passes: [
          {
            code: tuned,
            constants: { N: n, D: d, LATENT: latent, BETA: beta, LANES_PER_ROW: lanes },
            bindings: TENSORS,
            workgroups,
          },
        ],
      };
    },
  },
});
