import type { CaseLibrary } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { positiveInteger } from "../../../harness/task/constraints.ts";
import { magnitudes, normal, uniform } from "../../../harness/task/data-library.ts";
import { UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import { Vector } from "../../../reference/bounded.ts";
import { isOutputOf, outputSize, windowsFit } from "../windows.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

type Size = "batch" | "channels" | "height" | "width" | "kernel" | "oh" | "ow";

/** @param image height and width */
function sized(
  batch: number,
  channels: number,
  [height, width]: readonly [number, number],
  kernel: number,
  stride: number,
) {
  const [oh, ow] = [height, width].map((size) => outputSize(size, kernel, { stride })) as [number, number];
  return { shape: { batch, channels, height, width, kernel, oh, ow }, params: { stride } };
}

const cases: CaseLibrary<Size, "stride"> = ({ kinds }) => ({
  checks: [
    { group: "tiny", ...sized(1, 1, [1, 1], 1, 1), data: ["plain"] },
    { group: "tiny", ...sized(1, 2, [3, 4], 2, 1), data: ["plain"] },
    { group: "odd sizes", ...sized(2, 3, [13, 11], 3, 2), data: kinds },
    { group: "odd sizes", ...sized(3, 5, [23, 37], 5, 1), data: kinds },
    { group: "stride beyond the window", ...sized(2, 3, [29, 31], 2, 5), data: kinds },
    { group: "one window", ...sized(7, 3, [5, 5], 5, 4), data: kinds.filter((kind) => kind !== "ends") },
    { group: "around a tile", ...sized(1, 3, [15, 17], 2, 1), data: ["plain"] },
    { group: "around a tile", ...sized(2, 2, [65, 64], 2, 2), data: ["plain"] },
    { group: "around a tile", ...sized(1, 2, [63, 16], 3, 3), data: ["plain"] },
    { group: "around a tile", ...sized(2, 3, [17, 36], 3, 2), data: kinds },
    { group: "around a tile", ...sized(1, 2, [18, 40], 3, 2), data: ["plain"] },
    { group: "long", ...sized(1, 1, [4, 8209], 3, 2), data: ["plain"] },
    { group: "long", ...sized(1, 2, [8209, 3], 2, 1), data: ["plain"] },
    { group: "many images", ...sized(65_537, 1, [3, 2], 2, 1), data: ["plain"] },
    { group: "many images", ...sized(3, 1031, [4, 5], 2, 2), data: ["plain"] },
  ],
  drawShape(random) {
    const kernel = random.integer(2, 5);
    const image = [kernel + random.integer(1, 50), kernel + random.integer(1, 50)] as const;
    return sized(random.integer(1, 4), random.integer(1, 8), image, kernel, random.integer(1, 4));
  },
  measures: [
    { name: "small", ...sized(1, 64, [112, 112], 3, 2) },
    { name: "medium", ...sized(8, 64, [112, 112], 3, 2) },
    { name: "large", ...sized(32, 64, [112, 112], 3, 2) },
  ],
});

const LAST_OF_WINDOW = "corner + (KERNEL - 1) * (WIDTH + 1)";
const ELEMENTS = "BATCH * CHANNELS * HEIGHT * WIDTH";

export default composeTask({
  name: "max-pool2d",
  family: "layers",
  title: "Max pooling",
  step: {
    track: "first steps",
    level: 2,
    teaches: "indices of images, and reductions of small windows",
    questions: [19],
  },
  statement: `Reduce every window of an image to its maximum:

    y[b,c,i,j] = max over r, s < kernel of x[b,c, i·stride + r, j·stride + s]

There is no padding: windows lie within the image, so \`oh = floor((height - kernel) / stride) + 1\`, and \`ow\` likewise.
All values of a window may be negative.`,
  example: {
    shape: { batch: 1, channels: 1, height: 3, width: 4, kernel: 2, oh: 2, ow: 3 },
    params: { stride: 1 },
    inputs: { x: [1, -2, -3, -4, 5, -6, -7, -1, 0, 9, -8, -9] },
  },
  hints: [
    "One invocation for each output is enough: take its place in the image apart with / and %, then loop over the window.",
    "Start with an element of the window, not with 0: all may be negative.",
    "Let neighbouring invocations take neighbouring outputs of a row, so that they read neighbouring elements.",
    "Divisions of indices cost more than comparisons: dispatch images along another dimension.",
  ],
  shape: {
    batch: "batch elements",
    channels: "channels, each an image",
    height: "rows of an image",
    width: "columns of an image",
    kernel: "rows and columns of a window",
    oh: "rows of the output",
    ow: "columns of the output",
  },
  params: { stride: ["the distance between neighbouring windows, in rows and in columns", 1] },
  inputs: { x: { dims: ["batch", "channels", "height", "width"], about: "images", range: [-3e38, 3e38] } },
  outputs: { y: { dims: ["batch", "channels", "oh", "ow"], about: "the maximum of each window" } },
  unit: ["batch", "channels"],
  constraints: [positiveInteger("stride"), windowsFit(), isOutputOf("oh", "height"), isOutputOf("ow", "width")],
  reference({ x }, { width, kernel, oh, ow, stride }) {
    const step = stride.values[0]!;
    const values = new Float64Array(oh * ow);
    const errors = x.errors && new Float64Array(oh * ow);
    for (let at = 0; at < values.length; at++) {
      const corner = Math.floor(at / ow) * step * width + (at % ow) * step;
      let largest = Number.NEGATIVE_INFINITY;
      for (let r = 0; r < kernel; r++) {
        for (let from = corner + r * width; from < corner + r * width + kernel; from++) {
          largest = Math.max(largest, x.values[from]!);
          if (errors !== undefined) errors[at] = Math.max(errors[at]!, x.errors![from]!);
        }
      }
      values[at] = largest;
    }
    return { y: new Vector(values, errors, x.noise) };
  },
  cases,
  data: {
    plain: ["normal values around zero", { x: normal(0, 1) }],
    negative: ["negative values only, around -3", { x: uniform([-5, -1]) }],
    lowest: ["values near the lower end of the range", { x: uniform([-3e38, -2.5e38]) }],
    magnitudes: ["values between 1e-6 and 1e6, of both signs", { x: magnitudes(1e-6, 1e6) }],
  },
  flops: ({ batch, channels, oh, ow, kernel }) => batch * channels * oh * ow * kernel ** 2,
  mistakes: [
    {
      name: "starts-at-zero",
      about: "the maximum starts at 0, so windows of negative values give 0",
      hint: "Start with the window's first element.",
      edits: [["largest = x[corner];", "largest = 0.0;"]],
    },
    {
      name: "largest-magnitude",
      about: "the largest magnitude is taken instead of the largest value",
      hint: "Compare the values themselves, without abs.",
      edits: [
        ["largest = x[corner];", "largest = abs(x[corner]);"],
        ["max(largest, x[corner + r * WIDTH + c])", "max(largest, abs(x[corner + r * WIDTH + c]))"],
      ],
    },
    {
      name: "minimum",
      about: "the minimum is taken instead of the maximum",
      hint: "Use max.",
      edits: [["largest = max(largest, x", "largest = min(largest, x"]],
    },
    {
      name: "stride-ignored",
      about: "windows are one element apart",
      hint: "Multiply the output's row and column by STRIDE.",
      edits: [
        ["at / OW % OH * STRIDE", "at / OW % OH"],
        ["at % OW * STRIDE", "at % OW"],
      ],
    },
    {
      name: "kernel-as-stride",
      about: "windows are KERNEL elements apart instead of STRIDE",
      hint: "Multiply the output's row and column by STRIDE: windows may overlap.",
      edits: [
        ["at / OW % OH * STRIDE", "at / OW % OH * KERNEL"],
        ["at % OW * STRIDE", "at % OW * KERNEL"],
        ["y[at] = largest;", `y[at] = select(largest, ${UNKNOWN}, ${LAST_OF_WINDOW} >= ${ELEMENTS});`],
      ],
    },
    {
      name: "last-row-left-out",
      about: "the last row of each window is omitted",
      hint: "Loop while r < KERNEL.",
      edits: [["r < KERNEL", "r < KERNEL - 1"]],
    },
    {
      name: "last-column-left-out",
      about: "the last column of each window is omitted",
      hint: "Loop while c < KERNEL.",
      edits: [["c < KERNEL", "c < KERNEL - 1"]],
    },
    {
      name: "one-image-for-all",
      about: "all outputs come from the first image",
      hint: "Add the image's offset, image · HEIGHT · WIDTH.",
      edits: [["(image * HEIGHT + top) * WIDTH", "top * WIDTH"]],
    },
  ],
  plain: { code: plain, invocationFor: ["batch", "channels", "oh", "ow"] },
  tuned: {
    software: ({ shape: { batch, channels, height, width, oh, ow }, device }) => ({
      passes: [
        {
          code: tunedOnSoftware,
          constants: { BATCH: batch, CHANNELS: channels, HEIGHT: height, WIDTH: width, OH: oh, OW: ow },
          bindings: ["x", "y"],
          workgroups: spread(Math.ceil((batch * channels * oh * Math.ceil(ow / 4)) / 64), device),
        },
      ],
    }),
    fitsSoftware: ({ kernel, width }, { stride }) => kernel === 3 && stride === 2 && width % 4 === 0,
    hardware: ({ shape: { batch, channels, height, width, kernel, oh, ow }, params: { stride }, device }) => ({
      passes: [
        {
          code: tuned,
          constants: {
            IMAGES: batch * channels,
            HEIGHT: height,
            WIDTH: width,
            KERNEL: kernel,
            OH: oh,
            OW: ow,
            STRIDE: stride,
          },
          bindings: ["x", "y"],
          workgroups: [
            Math.ceil((oh * ow) / 64),
            Math.min(batch * channels, device.limits.maxComputeWorkgroupsPerDimension),
          ],
        },
      ],
    }),
  },
});
