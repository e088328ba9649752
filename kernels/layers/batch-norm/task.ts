import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { fraction, notNegative } from "../../../harness/task/constraints.ts";
import { normal, uniform } from "../../../harness/task/data-library.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { mistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { columnsInTurn, rowTurns } from "../../../harness/task/places.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import { add, div, gatherBy, mix, mul, repeated, rowSums, rsqrt, square, sub } from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

type Size = "batch" | "channels" | "spatial";

/** The largest ratio of mean to spread that leaves f32 about two digits of the spread, for any length. */
const LARGEST_LEVEL_TIMES_LENGTH = 2 ** 15;

const BINDINGS = [
  "x",
  "gamma",
  "beta",
  "running_mean",
  "running_var",
  "y",
  "running_mean_out",
  "running_var_out",
] as const;

interface Channel {
  /** Counts the channels in a random order. */
  readonly turn: number;
  readonly count: number;
  /** The index of the channel's special element. */
  readonly special: number;
}

/** Each channel by itself: `draw` returns the value of each of its elements. */
const channelwise =
  (draw: (random: Random, channel: Channel) => (i: number) => number): DrawInputs<Size, "momentum" | "eps"> =>
  (random, { batch, channels, spatial }) => {
    const x = new Float32Array(batch * channels * spatial);
    const count = batch * spatial;
    const places = columnsInTurn(count, channels);
    for (const [channel, turn] of rowTurns(random, channels).entries()) {
      const value = draw(random, { turn, count, special: places[turn % places.length]! });
      for (let i = 0; i < count; i++) {
        x[(Math.floor(i / spatial) * channels + channel) * spatial + (i % spatial)] = value(i);
      }
    }
    return { x };
  };

export default composeTask({
  name: "batch-norm",
  family: "layers",
  title: "Batch normalisation",
  step: { track: "training", level: 3, teaches: "statistics of elements that lie apart", questions: [13] },
  statement: `Normalise every channel of a batch, as in training, and update the running statistics. With the mean and the sum over
all \`count = batch · spatial\` elements of channel \`c\`:

    mean[c]  = mean over b, s of x[b,c,s]
    sq[c]    = sum over b, s of (x[b,c,s] - mean[c])²
    y[b,c,s] = (x[b,c,s] - mean[c]) / sqrt(sq[c] / count + eps) · gamma[c] + beta[c]

    running_mean_out[c] = (1 - momentum) · running_mean[c] + momentum · mean[c]
    running_var_out[c]  = (1 - momentum) · running_var[c]  + momentum · sq[c] / (count - 1)

As in PyTorch, y takes the biased variance and the running one the unbiased. Channels may be far from zero compared with
their spread.`,
  example: {
    shape: { batch: 2, channels: 1, spatial: 2 },
    params: { momentum: 0.5, eps: 0 },
    inputs: { x: [4, 6, 8, 10], gamma: [1], beta: [2], running_mean: [1], running_var: [2] },
  },
  hints: [
    "Three loops over a channel are enough: the mean, the squared deviations from it, the scaled elements.",
    "Go through a channel as i = 0 … batch · spatial - 1: its place is ((i / spatial) · channels + c) · spatial + i % spatial.",
    "mean(x²) - mean² cancels in channels far from zero: subtract the mean before squaring, or use Welford's update.",
    "Let one workgroup share a long channel: its lanes stride through the elements, then a tree combines their statistics.",
  ],
  shape: { batch: "batch elements", channels: "channels, each normalised by itself", spatial: "places of an image" },
  params: {
    momentum: ["weight of this batch in the running statistics, from 0 to 1", 0.1, 0.5, 1, 0.01],
    eps: ["added to the variance", 1e-5, 1e-3, 1e-6],
  },
  inputs: {
    x: { dims: ["batch", "channels", "spatial"], about: "activations", range: [-1000, 1000] },
    gamma: { dims: ["channels"], about: "a gain for each channel", range: [-4, 4] },
    beta: { dims: ["channels"], about: "a shift for each channel", range: [-4, 4] },
    running_mean: { dims: ["channels"], about: "means of earlier batches", range: [-1000, 1000] },
    running_var: { dims: ["channels"], about: "variances of earlier batches", range: [0, 10_000] },
  },
  outputs: {
    y: { dims: ["batch", "channels", "spatial"], about: "normalised activations" },
    running_mean_out: { dims: ["channels"], about: "running means with this batch" },
    running_var_out: { dims: ["channels"], about: "running variances with this batch" },
  },
  unit: [],
  constraints: [
    fraction("momentum"),
    notNegative("eps"),
    {
      sentence: "`batch` · `spatial` is at least 2.",
      of: "dimensions",
      holds: ({ shape: { batch, spatial } }) => batch * spatial >= 2,
    },
  ],
  reference({ x, gamma, beta, running_mean, running_var }, { batch, channels, spatial, momentum, eps }) {
    const count = batch * spatial;
    // A channel's elements in succession.
    const own = gatherBy(x, x.length, (at) => {
      const [channel, i] = [Math.floor(at / count), at % count];
      return (Math.floor(i / spatial) * channels + channel) * spatial + (i % spatial);
    });
    const average = div(rowSums(own, count), count);
    const centred = sub(own, repeated(average, count));
    const squares = rowSums(square(centred), count);
    const normalised = mul(centred, repeated(rsqrt(add(div(squares, count), eps)), count));
    const y = add(mul(normalised, repeated(gamma, count)), repeated(beta, count));
    return {
      y: gatherBy(y, x.length, (at) => {
        const [sample, channel] = [Math.floor(at / (channels * spatial)), Math.floor(at / spatial) % channels];
        return channel * count + sample * spatial + (at % spatial);
      }),
      running_mean_out: mix(running_mean, average, momentum),
      running_var_out: mix(running_var, div(squares, count - 1), momentum),
    };
  },
  cases: casesOf({
    axes: ["batch", "channels", "spatial"],
    checks: [
      ["tiny", [2, 1, 1]],
      ["tiny", [1, 2, 3]],
      ["odd sizes", [7, 3, 13], "all"],
      ["odd sizes", [5, 37, 29], "all"],
      ["around a tile", [4, 16, 16], "all"],
      ["around a tile", [3, 17, 63]],
      // Channels enough for the precision of their statistics to count, and no old ones that would hide it.
      ["around a tile", [13, 64, 5], "all", { momentum: 1 }],
      ["around a tile", [65, 15, 1]],
      ["long channels", [1, 2, 8209], ["plain", "spike"]],
      ["long channels", [1031, 3, 5]],
      // A sum of so many elements leaves f32 no digits of the spread unless the mean is near zero.
      ["large batch", [65_537, 1, 1], ["small"], { momentum: 0.1 }],
      ["many channels", [3, 65_537, 1]],
      ["around a tile", [3, 21, 28]],
    ],
    draw: (random) => [random.integer(2, 20), random.integer(1, 60), random.integer(1, 80)],
    measures: { small: [8, 64, 49], medium: [16, 128, 196], large: [32, 256, 196] },
  }),
  data: {
    plain: [
      "normal values around 10",
      {
        x: normal(10, 1),
        gamma: normal(1, 0.5),
        beta: normal(0, 1),
        running_mean: normal(3, 1),
        running_var: uniform([0.2, 3]),
      },
    ],
    offset: [
      "channels far from zero compared with their spread",
      channelwise((random, { turn, count }) => {
        const largest = Math.min(500, LARGEST_LEVEL_TIMES_LENGTH / count);
        const level = (turn % 2 === 0 ? 1 : -1) * random.uniform(largest / 4, largest);
        return () => random.normal(level, 1);
      }),
    ],
    spike: [
      "one element of each channel is far larger than the others",
      channelwise((random, { turn, special }) => {
        const tower = (turn % 2 === 0 ? 100 : -100) * random.uniform(0.8, 1);
        return (i) => (i === special ? tower : random.normal(0, 1));
      }),
    ],
    small: [
      "channels so small that eps is as large as their variance",
      { x: normal(0, 3e-3), running_mean: normal(0, 3e-3), running_var: uniform([5e-6, 5e-5]) },
    ],
  },
  // Sixty-four partial results of each channel.
  scratchLimitBytes: ({ channels }) => 64 * 16 * channels,
  flops: ({ batch, channels, spatial }) => 8 * batch * channels * spatial,
  mistakes: mistakes({
    "unbiased-variance": [
      "the variance of y is divided by count - 1",
      "Divide the squares by count in y: only the running variance is the unbiased one.",
      ["let variance = squares / f32(count);", "let variance = squares / f32(count - 1);"],
    ],
    "biased-running-variance": [
      "the running variance takes the biased variance",
      "Divide the squares by count - 1 for the running variance, as PyTorch does.",
      ["let unbiased = squares / f32(count - 1);", "let unbiased = variance;"],
    ],
    "momentum-of-the-past": [
      "momentum weights the old statistics instead of the batch's",
      "Weight the old value by 1 - momentum and the batch's by momentum, as PyTorch does.",
      [
        "(1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * mean",
        "MOMENTUM * running_mean[channel] + (1.0 - MOMENTUM) * mean",
      ],
      [
        "(1.0 - MOMENTUM) * running_var[channel] + MOMENTUM * unbiased",
        "MOMENTUM * running_var[channel] + (1.0 - MOMENTUM) * unbiased",
      ],
    ],
    "running-statistics-used": [
      "y is normalised by the running statistics, as in evaluation",
      "Use the batch's own mean and variance: this is training mode.",
      ["(x[at] - mean) * scale", "(x[at] - running_mean[channel]) * inverseSqrt(running_var[channel] + EPS)"],
    ],
    "running-statistics-not-updated": [
      "the running statistics are copied",
      "Write (1 - momentum) times the old statistic plus momentum times the batch's.",
      ["(1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * mean", "running_mean[channel]"],
      ["(1.0 - MOMENTUM) * running_var[channel] + MOMENTUM * unbiased", "running_var[channel]"],
    ],
    "running-deviation": [
      "the running variance takes the standard deviation",
      "Add the variance itself: take no root.",
      ["MOMENTUM * unbiased", "MOMENTUM * sqrt(unbiased)"],
    ],
    "no-epsilon": [
      "eps is not added to the variance",
      "Add EPS under the root: inverseSqrt(variance + EPS). It matters if a channel is small.",
      ["variance + EPS", "variance"],
    ],
    "gain-and-shift-swapped": [
      "gamma and beta are swapped",
      "gamma multiplies the normalised element, and beta is added after that.",
      ["gamma[channel] + beta[channel]", "beta[channel] + gamma[channel]"],
    ],
    "channels-last": [
      "x is read as [batch,spatial,channels]",
      "Use the index (b * CHANNELS + c) * SPATIAL + s: the elements of a channel in one batch element are contiguous.",
      ["(i / SPATIAL * CHANNELS + channel) * SPATIAL + i % SPATIAL", "i * CHANNELS + channel"],
    ],
    "last-element-left-out": [
      "the last element of each channel is missing from the squares",
      "Loop while i < count: the loop for the variance ends one too early.",
      ["i < count; i++) {\n    let centred", "i < count - 1; i++) {\n    let centred"],
    ],
  }).concat({
    name: "one-pass-variance",
    about: "the variance is computed as the mean square minus the squared mean, which cancels",
    hint: "Subtract the mean before squaring, in a loop of its own, or use Welford's update.",
    isUnstable: true,
    edits: [
      ["let centred = x[place(channel, i)] - mean;", "let value = x[place(channel, i)];"],
      ["squares += centred * centred;", "squares += value * value;"],
      ["let variance", "squares -= sum * mean; let variance"],
    ],
  }),
  plain: { code: plain, invocationFor: ["channels"] },
  tuned: {
    // One invocation takes one channel, without the barriers that cost a software adapter more than the work.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "channels", columns: ["spatial"] },
      BINDINGS,
    ),
    hardware({ shape: { batch, channels, spatial }, params: { momentum, eps }, device }) {
      const { lanes, workgroups } = lanesFor(channels, batch * spatial, device);
      const sizes = { BATCH: batch, CHANNELS: channels, SPATIAL: spatial };
      return {
        passes: [
          {
            code: tuned,
            constants: { ...sizes, MOMENTUM: momentum, EPS: eps, LANES_PER_CHANNEL: lanes },
            bindings: BINDINGS,
            workgroups,
          },
        ],
      };
    },
  },
});
