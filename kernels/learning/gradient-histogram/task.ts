import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import {
  add,
  anyOf,
  concat,
  div,
  gather,
  gatherBy,
  gathered,
  mul,
  prefixSum,
  square,
  sub,
  sum,
  type Vector,
} from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

/** Sums of this many bins fit the workgroup memory that every device has. */
const MOST_BINS = 1024;
/** The largest magnitude of a gradient or a Hessian. */
const LARGEST = 1000;

function reversed(x: Vector): Vector {
  return gatherBy(x, x.length, (i) => x.length - 1 - i);
}

/** The sums left and right of each split, and of all bins. The right one may be the remainder of the whole. */
function sidesOf(bins: Vector) {
  const splits = bins.length - 1;
  const whole = sum(bins);
  const left = prefixSum(bins).slice(0, splits);
  const right = anyOf(reversed(prefixSum(reversed(bins))).slice(1, splits), sub(whole, left));
  return { whole, left, right };
}

/** Gradients grow with a hidden number from 0 to 1, with which every other feature grows, and the others fall. */
const samples =
  (
    binOf: (random: Random, place: number) => number,
    gradient = (random: Random, hidden: number) => random.normal(0.1 + 4 * (hidden - 0.5), 0.3),
    hessian = (random: Random) => random.uniform(0.2, 1),
  ): DrawInputs<"n" | "features" | "bins", "lambda"> =>
  (random, { n, features, bins }) => {
    const hidden = Array.from({ length: n }, () => random.uniform());
    const binned = Uint32Array.from({ length: n * features }, (_, at) => {
      const own = hidden[Math.floor(at / features)]!;
      const place = ((at % features) % 2 === 0 ? own : 1 - own) + random.normal(0, 0.1);
      return Math.floor(bins * binOf(random, Math.min(Math.max(place, 0), 0.9999)));
    });
    return {
      binned,
      grad: random.f32(n, (_, i) => gradient(random, hidden[i]!)),
      hess: random.f32(n, () => hessian(random)),
    };
  };

export default composeTask({
  name: "gradient-histogram",
  family: "learning",
  title: "Gradient histograms of boosted trees",
  step: { track: "statistics", level: 4, teaches: "sums by atomics or by ownership, running sums", questions: [9, 10] },
  statement: `Add up the gradients and Hessians of every feature's bins, and compute the gain of every split, as boosted trees do:

    histogram[f,b,0] = G[b] = sum of grad[i] over the samples with binned[i,f] = b
    histogram[f,b,1] = H[b] = sum of hess[i] over the same samples
    gain[f,t]        = ½ · (GL² / (HL + lambda) + GR² / (HR + lambda) - G² / (H + lambda))

GL and HL are the sums of bins 0 to t, GR and HR those of the other bins, G and H those of all. A sum may be added in any
order, and GR and HR may be differences. There is no split after the last bin. WGSL has no atomics of floats.`,
  example: {
    shape: { n: 4, features: 1, bins: 3 },
    params: { lambda: 1 },
    inputs: { binned: [0, 2, 2, 0], grad: [1, -2, -1, 2], hess: [1, 0.5, 0.5, 1] },
  },
  hints: [
    "Without atomics: let an invocation own some bins, and add their samples in one loop over all.",
    "Wait at a workgroupBarrier() before an invocation reads bins that others have added up.",
    "A float is added atomically by atomicCompareExchangeWeak on its bits, in a loop until the exchange succeeds.",
    "Running sums along the bins give every split's left side; its right side is the rest of the whole.",
  ],
  shape: { n: "samples", features: "features of a sample", bins: "bins of a feature" },
  params: { lambda: ["the L2 penalty of leaf weights", 1, 0.5, 10] },
  inputs: {
    binned: { type: "u32", dims: ["n", "features"], about: "each sample's bin, counted from 0" },
    grad: { dims: ["n"], about: "first derivatives of the loss", range: [-LARGEST, LARGEST] },
    hess: { dims: ["n"], about: "second derivatives of the loss", range: [0, LARGEST] },
  },
  outputs: {
    histogram: { dims: ["features", "bins", "2"], about: "sums of gradients and of Hessians in each bin" },
    gain: { dims: ["features", "bins-1"], about: "gain of a split after each bin" },
  },
  unit: ["features"],
  constraints: [
    {
      sentence: "`bins` is from 2 to 1,024.",
      of: "dimensions",
      holds: ({ shape: { bins } }) => bins >= 2 && bins <= MOST_BINS,
    },
    { sentence: "`lambda` is positive.", of: "dimensions", holds: ({ params }) => params.lambda > 0 },
    indicesOf("binned", "bins"),
  ],
  reference({ binned, grad, hess }, { n, features, bins, lambda, unit: feature }) {
    const members = Array.from({ length: bins }, (): number[] => []);
    for (let i = 0; i < n; i++) members[binned.values[i * features + feature]!]!.push(i);
    const ofBins = (x: Vector) => gathered(bins, (bin) => sum(gather(x, members[bin]!)));
    const [gradients, hessians] = [ofBins(grad), ofBins(hess)];
    const [g, h] = [sidesOf(gradients), sidesOf(hessians)];
    const score = (side: "left" | "right" | "whole") => div(square(g[side]), add(h[side], lambda));
    const inPairs = Array.from({ length: 2 * bins }, (_, at) => (at % 2) * bins + Math.floor(at / 2));
    return {
      histogram: gather(concat(gradients, hessians), inPairs),
      gain: mul(sub(add(score("left"), score("right")), score("whole")), 0.5),
    };
  },
  cases: casesOf({
    axes: ["n", "features", "bins"],
    checks: [
      ["tiny", [1, 1, 2]],
      ["tiny", [7, 2, 3]],
      ["odd sizes", [97, 7, 13], "all"],
      ["odd sizes", [263, 5, 37]],
      ["around a tile", [63, 17, 16]],
      ["around a tile", [64, 15, 17], "all"],
      ["around a tile", [65, 16, 65]],
      ["around a tile", [257, 3, 64]],
      ["many bins", [1031, 2, 1024]],
      ["many samples", [65_537, 1, 5]],
      ["many features", [9, 1031, 3]],
    ],
    draw: (random) => [random.integer(20, 300), random.integer(2, 12), random.integer(3, 80)],
    measures: { small: [4096, 8, 32], medium: [16_384, 16, 64], large: [65_536, 32, 64] },
  }),
  data: {
    plain: ["gradients that grow or fall with the bins of every feature", samples((_, place) => place)],
    crowded: ["most samples are in one bin", samples((random, place) => (random.integer(0, 3) === 0 ? place : 0.5))],
    "empty-bins": ["only the bins in the middle hold samples", samples((_, place) => 0.3 + 0.4 * place)],
    ends: [
      "gradients and Hessians near the ends of their ranges",
      samples(
        (_, place) => place,
        (random, hidden) => (hidden < 0.5 ? -1 : 1) * random.pick([LARGEST, random.uniform(0.75, 1) * LARGEST]),
        (random) => random.pick([0, LARGEST, random.uniform(0, 0.25) * LARGEST, random.uniform(0.75, 1) * LARGEST]),
      ),
      "ends",
    ],
  },
  // 64 partial histograms of each feature.
  scratchLimitBytes: ({ features, bins }) => 4 * 64 * features * bins * 2,
  flops: ({ n, features, bins }) => features * (2 * n + 12 * bins),
  mistakes: [
    ...mistakes({
      "not-halved": ["the gain is not halved", "Multiply the difference of scores by ½.", ["0.5 * (score", "(score"]],
      "lambda-omitted": [
        "lambda is not added to the Hessians",
        "Divide each squared sum of gradients by its sum of Hessians + LAMBDA.",
        ["(sum.y + LAMBDA)", "max(sum.y, 1e-30)"],
      ],
      "lambda-omitted-in-the-whole": [
        "lambda is added for both sides, but not for the whole",
        "Divide by H + LAMBDA in all three terms.",
        ["let whole = score(left + right);", "let all = left + right; let whole = all.x * all.x / max(all.y, 1e-30);"],
      ],
      "whole-not-subtracted": [
        "the score of all samples is not subtracted",
        "Subtract G² / (H + LAMBDA), the score without a split.",
        ["score(left) + score(right) - whole", "score(left) + score(right)"],
      ],
      "gradients-not-squared": [
        "sums of gradients are not squared",
        "Square each sum of gradients.",
        ["sum.x * sum.x", "sum.x"],
      ],
      "samples-counted": [
        "samples are counted instead of adding their Hessians",
        "Add hess[i] to the second sum of a bin.",
        ["vec2f(grad[i], hess[i])", "vec2f(grad[i], 1.0)"],
      ],
      "hessians-first": [
        "the Hessians precede the gradients in the histogram",
        "Write a bin's gradients first, then its Hessians.",
        ["histogram[at] = sum.x", "histogram[at] = sum.y"],
        ["histogram[at + 1] = sum.y", "histogram[at + 1] = sum.x"],
      ],
      "split-before-the-bin": [
        "samples in bin t are on the right side",
        "Add bins 0 to t, bin t included, to the left side.",
        ["bin <= t", "bin < t"],
      ],
      "binned-transposed": [
        "binned is read as if it were [features,n]",
        "Read binned[i * FEATURES + feature]: it is [n,features], so a sample's features are contiguous.",
        ["binned[i * FEATURES + feature]", "binned[feature * N + i]"],
      ],
    }),
    ...axisMistakes({
      element: "sample",
      variable: "i",
      end: "N",
      fate: "not added",
      tiles: [16, 64],
      stopAt: (end) => [["i < N;", `i < ${end};`]],
    }),
  ],
  plain: { code: plain, workgroupFor: ["features"] },
  tuned: { code: tuned, workgroupFor: ["features"] },
});
