import type { CaseLibrary } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { positiveInteger } from "../../../harness/task/constraints.ts";
import { cloud, normal, spike } from "../../../harness/task/data-library.ts";
import { mistakes } from "../../../harness/task/mistake-library.ts";
import { concat, dot, gather } from "../../../reference/bounded.ts";
import { isOutputOf, outputSize, windowsFit } from "../windows.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

type Size = "batch" | "channels" | "height" | "width" | "filters" | "kernel" | "oh" | "ow";
type Param = "stride" | "padding";

/** @param image height and width */
function sized(
  [batch, channels, filters]: readonly [number, number, number],
  [height, width]: readonly [number, number],
  kernel: number,
  stride: number,
  padding: number,
) {
  const params = { stride, padding };
  const [oh, ow] = [outputSize(height, kernel, params), outputSize(width, kernel, params)];
  return { shape: { batch, channels, height, width, filters, kernel, oh, ow }, params };
}

const cases: CaseLibrary<Size, Param> = ({ kinds }) => ({
  checks: [
    { group: "tiny", ...sized([1, 1, 1], [1, 1], 1, 1, 0), data: ["plain"] },
    { group: "tiny", ...sized([1, 2, 3], [3, 4], 2, 1, 1), data: ["plain"] },
    { group: "odd sizes", ...sized([2, 3, 5], [13, 11], 3, 2, 1), data: kinds },
    { group: "odd sizes", ...sized([1, 5, 7], [17, 23], 5, 1, 2), data: kinds },
    { group: "single elements", ...sized([2, 17, 33], [7, 9], 1, 1, 0), data: kinds },
    { group: "stride beyond the window", ...sized([2, 3, 4], [19, 21], 2, 5, 1), data: ["plain"] },
    { group: "one window", ...sized([3, 2, 5], [5, 5], 5, 3, 0), data: ["plain"] },
    { group: "windows beyond the image", ...sized([2, 2, 3], [3, 2], 5, 1, 2), data: ["plain"] },
    { group: "padding beyond the window", ...sized([1, 2, 3], [4, 5], 2, 2, 3), data: ["plain"] },
    { group: "around a tile", ...sized([1, 4, 16], [15, 17], 3, 1, 1), data: ["plain"] },
    { group: "around a tile", ...sized([2, 16, 63], [9, 8], 3, 1, 1), data: ["plain"] },
    { group: "around a tile", ...sized([1, 2, 3], [65, 64], 4, 2, 1), data: ["plain"] },
    { group: "long sums", ...sized([1, 1031, 1], [3, 3], 1, 1, 0), data: ["plain"] },
    { group: "many filters", ...sized([1, 1, 65_537], [2, 2], 2, 1, 0), data: ["plain"] },
    { group: "many images", ...sized([65_537, 1, 2], [2, 3], 2, 1, 0), data: ["plain"] },
  ],
  drawShape(random) {
    const kernel = random.integer(1, 5);
    const image = [kernel + random.integer(0, 20), kernel + random.integer(0, 20)] as const;
    const counts = [random.integer(1, 3), random.integer(1, 8), random.integer(1, 10)] as const;
    return sized(counts, image, kernel, random.integer(1, 3), random.integer(0, 2));
  },
  measures: [
    { name: "small", ...sized([1, 16, 16], [32, 32], 3, 1, 1) },
    { name: "medium", ...sized([2, 32, 32], [32, 32], 3, 1, 1) },
    { name: "large", ...sized([4, 32, 64], [32, 32], 3, 1, 1) },
  ],
});

const X = "x[((image * CHANNELS + c) * HEIGHT + i) * WIDTH + j]";
const W = "w[((own * CHANNELS + c) * KERNEL + r) * KERNEL + s]";

export default composeTask({
  name: "conv2d",
  family: "layers",
  title: "Convolution",
  step: { track: "training", level: 3, teaches: "windows of images, with stride and padding", questions: [19] },
  statement: `Compute the cross-correlation of every image with every filter, as the convolution layers of PyTorch do:

    y[n,f,i,j] = b[f] + sum over c, r, s of x[n,c, i·stride + r - padding, j·stride + s - padding] · w[f,c,r,s]

with r and s from 0 to kernel - 1. Outside of the image, x is 0. \`oh = floor((height + 2·padding - kernel) / stride) + 1\`,
and \`ow\` likewise. The kernel is not flipped.`,
  example: {
    shape: { batch: 1, channels: 1, height: 2, width: 3, filters: 1, kernel: 2, oh: 2, ow: 2 },
    params: { stride: 2, padding: 1 },
    inputs: { x: [1, 2, 3, 4, 5, 6], w: [1, 10, 100, 1000], b: [0.5] },
  },
  hints: [
    "One invocation for each output is enough: take its index apart with / and %, then loop over channels and the window.",
    "Compute i·stride + r - padding in u32: places before the image wrap to large numbers, so `< HEIGHT` excludes both sides.",
    "Compute several filters in one invocation: each element of x then serves several products.",
    "Let a workgroup copy its part of the image and the weights of a channel to workgroup memory, since windows overlap.",
  ],
  shape: {
    batch: "images",
    channels: "channels of an image",
    height: "rows of an image",
    width: "columns of an image",
    filters: "filters, each with a channel of the output",
    kernel: "rows and columns of a filter",
    oh: "rows of the output",
    ow: "columns of the output",
  },
  params: {
    stride: ["the distance between neighbouring windows, in rows and in columns", 1],
    padding: ["rows and columns of zeros on each side of an image", 0],
  },
  inputs: {
    x: { dims: ["batch", "channels", "height", "width"], about: "images", range: [-100, 100] },
    w: { dims: ["filters", "channels", "kernel", "kernel"], about: "weights of the filters", range: [-10, 10] },
    b: { dims: ["filters"], about: "a shift for each filter", range: [-10, 10] },
  },
  outputs: { y: { dims: ["batch", "filters", "oh", "ow"], about: "results" } },
  unit: ["batch", "filters"],
  constraints: [
    positiveInteger("stride"),
    {
      sentence: "`padding` is an integer of at least 0.",
      of: "dimensions",
      holds: ({ params: { padding } }) => Number.isInteger(padding) && padding >= 0,
    },
    windowsFit("padding"),
    isOutputOf("oh", "height", "padding"),
    isOutputOf("ow", "width", "padding"),
  ],
  reference({ x, w, b }, { channels, height, width, kernel, oh, ow, stride, padding }) {
    const [step, border] = [stride.values[0]!, padding.values[0]!];
    const one = x.exactly(1);
    const elements = Array.from({ length: oh * ow }, (_, at) => {
      const [top, left] = [Math.floor(at / ow) * step - border, (at % ow) * step - border];
      const [places, weights]: [number[], number[]] = [[], []];
      for (let c = 0; c < channels; c++) {
        for (let i = Math.max(top, 0); i < Math.min(top + kernel, height); i++) {
          for (let j = Math.max(left, 0); j < Math.min(left + kernel, width); j++) {
            places.push((c * height + i) * width + j);
            weights.push((c * kernel + i - top) * kernel + j - left);
          }
        }
      }
      return dot(concat(gather(x, places), one), concat(gather(w, weights), b));
    });
    return { y: concat(...elements) };
  },
  cases,
  data: {
    plain: ["images around 0.3, and weights of both signs", { x: normal(0.3, 1), w: cloud(0, 1), b: normal(0, 1) }],
    spike: ["one element of each row, in a different column, is far larger than the others", { x: spike(50) }],
    "large-shift": ["images so small that the shift is most of the result", { x: normal(0, 0.05) }],
  },
  /** Vectors of four channels of both inputs, and 64 numbers for each image and filter. */
  scratchLimitBytes: ({ batch, channels, height, width, filters, kernel }) =>
    16 * Math.ceil(channels / 4) * (batch * height * width + filters * kernel ** 2) + 256 * batch * filters,
  flops: ({ batch, channels, filters, kernel, oh, ow }) => 2 * batch * filters * oh * ow * channels * kernel ** 2,
  mistakes: mistakes({
    "kernel-flipped": [
      "the kernel is flipped in both directions, as in a mathematical convolution",
      "Multiply the element at r, s of the window by w[f,c,r,s]: deep learning's convolution is a cross-correlation.",
      [W, "w[((own * CHANNELS + c) * KERNEL + KERNEL - 1 - r) * KERNEL + KERNEL - 1 - s]"],
    ],
    "kernel-transposed": [
      "rows and columns of the kernel are swapped",
      "Use the index ((f * CHANNELS + c) * KERNEL + r) * KERNEL + s: the columns are contiguous.",
      [W, "w[((own * CHANNELS + c) * KERNEL + s) * KERNEL + r]"],
    ],
    "filters-and-channels-swapped": [
      "w is read as [channels,filters,kernel,kernel]",
      "Use the index ((f * CHANNELS + c) * KERNEL + r) * KERNEL + s: all weights of a filter are contiguous.",
      [W, "w[((c * FILTERS + own) * KERNEL + r) * KERNEL + s]"],
    ],
    "channels-last": [
      "x is read as [batch,height,width,channels]",
      "Use the index ((n * CHANNELS + c) * HEIGHT + i) * WIDTH + j: the columns are contiguous.",
      [X, "x[((image * HEIGHT + i) * WIDTH + j) * CHANNELS + c]"],
    ],
    "padding-ignored": [
      "windows begin at the image's first row and column",
      "Subtract PADDING from the row and the column.",
      ["top + r - PADDING", "top + r"],
      ["left + s - PADDING", "left + s"],
    ],
    "edges-repeated": [
      "outside of the image, its nearest element is taken instead of 0",
      "Skip places outside of the image: they add nothing.",
      ["let i = top + r - PADDING;", "let i = clamp(top + r, PADDING, PADDING + HEIGHT - 1) - PADDING;"],
      ["let j = left + s - PADDING;", "let j = clamp(left + s, PADDING, PADDING + WIDTH - 1) - PADDING;"],
    ],
    "stride-ignored": [
      "windows are one element apart",
      "Multiply the output's row and column by STRIDE.",
      ["at / OW % OH * STRIDE", "at / OW % OH"],
      ["at % OW * STRIDE", "at % OW"],
    ],
    "no-shift": ["b is not added", "Start the sum with b[f].", ["var sum = b[own];", "var sum = 0.0;"]],
    "shift-for-every-channel": [
      "b is added for every channel of the image",
      "Add b[f] once: it belongs to the filter.",
      ["c < CHANNELS; c++) {", "c < CHANNELS; c++) { sum += select(0.0, b[own], c > 0);"],
    ],
    "first-image-only": [
      "all outputs come from the first image",
      "Add the image's offset, n · CHANNELS · HEIGHT · WIDTH.",
      ["(image * CHANNELS + c)", "c"],
    ],
    "last-channel-left-out": [
      "the last channel is missing from each sum",
      "Loop while c < CHANNELS.",
      ["c < CHANNELS", "c < CHANNELS - 1"],
    ],
    "last-kernel-row-left-out": [
      "the last row of each window is omitted",
      "Loop while r < KERNEL.",
      ["r < KERNEL", "r < KERNEL - 1"],
    ],
    "last-kernel-column-left-out": [
      "the last column of each window is omitted",
      "Loop while s < KERNEL.",
      ["s < KERNEL", "s < KERNEL - 1"],
    ],
  }),
  plain: { code: plain, invocationFor: ["batch", "filters", "oh", "ow"] },
  tuned,
});
