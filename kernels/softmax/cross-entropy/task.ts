import type { CaseLibrary } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { columnsInTurn, columnsModulo, rowTurns } from "../../../harness/task/places.ts";
import type { EditedMistake } from "../../../harness/task/task.ts";
import { add, anyOf, div, logSumExp, mul, sub, sum } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

type Names = "rows" | "classes";

/** The largest magnitude of a logit that is not masked. */
const LARGEST = 10_000;
/**
 * With smoothing, a row's logits are added up, in any order, and each addition may round by an ULP of the sum: with
 * more than 100 classes of large logits, the error would exceed the loss itself.
 */
const LARGEST_SUM = 1_000_000;
const MASKED = -1e30;

/** The inputs from which one row is generated. */
interface Row {
  readonly rows: number;
  readonly classes: number;
  readonly smoothing: number;
  /** Index of the row in a random order of the case's rows: every seed yields rows of every kind. */
  readonly turn: number;
  readonly target: number;
  /** Class of the special logit; the target's only if there is one class. */
  readonly special: number;
}

/** Each row by itself: `drawRow` returns the function from a class to its logit. */
function rowwise(drawRow: (random: Random, row: Row) => (c: number) => number): DrawInputs<Names, "smoothing"> {
  return (random, { rows, classes }, { smoothing }) => {
    const logits = new Float32Array(rows * classes);
    const targets = new Uint32Array(rows);
    const columns = columnsInTurn(classes);
    for (const [row, turn] of rowTurns(random, rows).entries()) {
      const special = columns[turn % classes]!;
      const target = columns[(turn + 1) % classes]!;
      targets[row] = target;
      const logit = drawRow(random, { rows, classes, smoothing, turn, target, special });
      for (let c = 0; c < classes; c++) logits[row * classes + c] = logit(c);
    }
    return { logits, targets };
  };
}

/** Largest lead of one logit over all others together for which rounding of their sum leaves the loss intact. */
function standingOut(random: Random, classes: number): number {
  return Math.log(classes) + random.uniform(-1, Math.min(5, Math.log(75_000 / classes)));
}

/** The usual 0.1, rounded to f32. */
const TENTH = Math.fround(0.1);
const SMOOTHED = ["plain", "offset", "confident", "spike", "steep", "sunk"];
const UNSMOOTHED = ["plain", "offset", "confident", "spike", "steep", "masked"];

const cases: CaseLibrary<Names, "smoothing"> = () => {
  const check = (
    group: string,
    rows: number,
    classes: number,
    smoothing: number,
    data: readonly string[] = ["plain"],
  ) => ({
    ...{ group, data },
    shape: { rows, classes },
    params: { smoothing },
  });
  return {
    checks: [
      check("tiny", 1, 1, 0),
      check("tiny", 3, 2, TENTH),
      check("odd sizes", 7, 13, 0, UNSMOOTHED),
      // At least as many rows as classes, so that every class has a tower; more classes than a workgroup's invocations.
      check("odd sizes", 263, 257, TENTH, ["plain", "steep"]),
      check("around a tile", 64, 15, 1),
      check("around a tile", 63, 17, 0),
      check("around a tile", 16, 65, 0, UNSMOOTHED),
      check("around a tile", 65, 64, 0.5),
      check("smoothing", 7, 13, TENTH, SMOOTHED),
      check("smoothing", 67, 1031, TENTH, ["plain", "offset"]),
      check("long rows", 3, 8209, 0, ["plain", "offset", "confident", "spike", "masked"]),
      check("long rows", 3, 8209, TENTH, ["sunk"]),
      check("many rows", 65_537, 3, TENTH),
    ],
    drawShape: (random) => ({
      shape: { rows: random.integer(8, 90), classes: random.integer(2, 600) },
      params: { smoothing: random.pick([0, TENTH, 0.25]) },
    }),
    measures: [
      { name: "small", shape: { rows: 512, classes: 256 }, params: { smoothing: TENTH } },
      { name: "medium", shape: { rows: 512, classes: 4096 }, params: { smoothing: TENTH } },
      { name: "large", shape: { rows: 256, classes: 32_000 }, params: { smoothing: TENTH } },
    ],
  };
};

function rowSums({ shape: { classes }, params: { smoothing }, inputs }: Problem<Names, "smoothing">) {
  if (smoothing === 0) return [];
  const logits = inputs.logits!;
  const sums = new Float64Array(logits.length / classes);
  for (let at = 0; at < logits.length; at++) sums[Math.floor(at / classes)]! += logits[at]!;
  return sums;
}

const LOSS = "(1.0 - SMOOTHING) * own + SMOOTHING * mean";

const EXPONENTIAL = "exp(logits[start + c] - maximum)";

const OWN_LOGIT = "let own = lse - logits[start + targets[row]];";

/** The logit at another place. Outside the tensor, a kernel may read any number: none is predicted. */
function neighbour(index: string, outside: string): string {
  return `let at = start + targets[row];
  let own = lse - select(logits[${index}], ${UNKNOWN}, at == ${outside});`;
}

const HEAD = `@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) {
    return;
  }`;

const MEAN_OVER_ROWS = `
${HEAD}
  var sum = 0.0;
  for (var other = 0u; other < ROWS; other++) { sum += lossOf(other); }
  loss[row] = sum / f32(ROWS);
}`;

/** Mistakes in the weights of the target's part and of the mean. */
function weighted(name: string, about: string, hint: string, loss: string): EditedMistake {
  return { name, about, hint, edits: [[LOSS, loss]] };
}

export default composeTask({
  name: "cross-entropy",
  family: "softmax",
  title: "Cross-entropy with label smoothing",
  statement: `For every row of \`logits\`, compute a classifier's loss for the row's target class \`t = targets[r]\`:

    lse[r]  = log(sum over c of exp(logits[r,c]))
    loss[r] = (1 - smoothing) * (lse[r] - logits[r,t])
            + smoothing * (mean over c of (lse[r] - logits[r,c]))

This is PyTorch's \`cross_entropy(reduction="none", label_smoothing=smoothing)\`: with \`smoothing\` above 0, that share of
the target probability is spread evenly over all classes, including the target's. Every row has its own loss.

Masked logits are -1e30 (never the target's, and only if \`smoothing\` is 0), and all others may be large (see below):
subtract the row's maximum before \`exp\`, and add it back after \`log\`. There may be tens of thousands of classes, and
more rows than a dispatch allows workgroups in one dimension (65,535). The probabilities must not be stored: scratch is
limited to 64 bytes a row and 16 KiB.`,
  hints: [
    "Use log(sum of exp(z)) = m + log(sum of exp(z - m)), with m the row's maximum.",
    "Reduce a row to three numbers besides the target's logit: the maximum, the sum of exp and the sum of logits.",
    "Compute all three in one pass over the row: when the maximum grows, rescale the sum (online softmax).",
    "Share a long row in one workgroup: each invocation takes every 64th class, then a tree in workgroup memory reduces.",
    "With few rows of many classes, split rows into parts for several workgroups, and join the parts in a second pass.",
  ],
  example: {
    shape: { rows: 2, classes: 3 },
    params: { smoothing: 0.25 },
    inputs: { logits: [0, Math.LN2, 0, 1000, 1000, 999], targets: [1, 2] },
  },
  shape: { rows: "rows, each with its own loss", classes: "logits in a row" },
  params: { smoothing: ["share of the probability that is spread over all classes, from 0 to 1"] },
  inputs: {
    logits: {
      dims: ["rows", "classes"],
      about: "unnormalised log-probabilities",
      range: [-LARGEST, LARGEST],
      except: [MASKED, "masked ones"],
    },
    targets: { type: "u32", dims: ["rows"], about: "target class of each row, counted from 0" },
  },
  outputs: { loss: { dims: ["rows"], about: "the loss of each row" } },
  unit: ["rows"],
  reference({ logits, targets }, { smoothing, classes }) {
    const target = targets.values[0]!;
    const lse = logSumExp(logits);
    const own = sub(lse, logits.at(target));
    // Kernels may stay in base 2 until the end.
    const converted = mul(mul(logits, Math.LOG2E), Math.LN2);
    if (smoothing.values[0] === 0) return { loss: anyOf(own, sub(lse, converted.at(target))) };
    const rest = sub(1, smoothing);
    const weight = div(smoothing, classes);
    const mean = sub(lse, div(sum(logits), classes));
    const targetAndMean = add(mul(rest, own), mul(smoothing, mean));
    const ofDifferences = add(mul(rest, own), mul(weight, sum(sub(lse, converted))));
    const ofLogits = sub(lse, add(mul(rest, converted.at(target)), mul(weight, sum(converted))));
    return { loss: anyOf(targetAndMean, ofDifferences, ofLogits) };
  },
  ranges: [
    { of: "the sum of a row's logits, with smoothing", least: -LARGEST_SUM, most: LARGEST_SUM, values: rowSums },
  ],
  constraints: [
    {
      sentence: "`smoothing` is from 0 to 1.",
      of: "dimensions",
      holds: ({ params: { smoothing } }) => smoothing >= 0 && smoothing <= 1,
    },
    {
      sentence: "Each of `targets` is less than `classes`.",
      of: "inputs",
      holds: ({ shape, inputs }) => inputs.targets!.every((target) => target < shape.classes),
    },
  ],
  cases,
  data: {
    plain: [
      "independent normal logits around 1, targets uniform",
      (random, { rows, classes }) => ({
        logits: random.f32(rows * classes, () => random.normal(1, 2)),
        targets: Uint32Array.from(rowTurns(random, rows), (turn) =>
          turn < 2 ? turn * (classes - 1) : random.integer(0, classes - 1),
        ),
      }),
    ],
    offset: [
      "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      rowwise((random, { classes, smoothing, turn }) => {
        const most = smoothing === 0 ? LARGEST : Math.min(LARGEST, LARGEST_SUM / classes);
        const level = random.pick([-1, 1]) * random.uniform(0.02, 0.98) * most;
        const rows = [
          () => most - Math.abs(random.normal(0, 2)),
          () => Math.abs(random.normal(0, 2)) - most,
          () => random.uniform(-most, most),
          () => level + random.normal(0, 2),
        ];
        return rows[turn % rows.length]!;
      }),
    ],
    confident: [
      "the target's logit dominates, so the loss is the remainder of a difference",
      rowwise((random, { classes, target }) => {
        const height = standingOut(random, classes);
        return (c) => random.normal(0, 0.5) - (c === target ? 0 : height);
      }),
    ],
    spike: [
      "a few classes other than the target's hold most of the sum, different ones in each row",
      rowwise((random, { rows, classes, turn, target, special }) => {
        const spikes = new Set([special, ...columnsModulo(random, rows, classes, turn)]);
        if (classes > 1) spikes.delete(target);
        const height = Math.log(classes / spikes.size) + random.uniform(2, 4);
        // Without noise, so that each spike's share of the sum exceeds the allowed rounding error.
        return (c) => (spikes.has(c) ? height : random.normal(0, 0.5));
      }),
    ],
    steep: [
      "one logit, a different one in each row, towers over the others: exp overflows unless it is the maximum",
      rowwise((random, { special }) => {
        const height = random.uniform(200, 250);
        return (c) => (c === special ? height : random.normal(0, 20));
      }),
    ],
    sunk: [
      "one logit is thousands below the others: it affects only the mean of smoothing",
      rowwise((random, { turn, special }) => {
        const depth = turn % 2 === 0 ? LARGEST : random.uniform(5000, LARGEST);
        return (c) => (c === special ? -depth : random.normal(1, 2));
      }),
    ],
    masked: [
      "rows masked by -1e30 except at the target, at their beginning, at their end, or at scattered places; without smoothing",
      rowwise((random, { classes, turn, target, special }) => {
        const border = Math.round(random.uniform(0.3, 0.8) * classes);
        const isMasked = [
          (c: number) => c !== special,
          (c: number) => c < border || random.uniform() < 0.2,
          (c: number) => c >= border || random.uniform() < 0.2,
          () => random.uniform() < 0.5,
        ][turn % 4]!;
        return (c) => (c !== target && isMasked(c) ? MASKED : random.normal(1, 2));
      }),
    ],
  },
  scratchLimitBytes: ({ rows }) => 64 * rows + 16_384,
  flops: ({ rows, classes }, { smoothing }) => (smoothing === 0 ? 4 : 5) * rows * classes,
  mistakes: [
    weighted(
      "smoothing-ignored",
      "`smoothing` is not used",
      "Mix in the mean over all classes: (1 - smoothing) * (lse - logits[t]) + smoothing * mean(lse - logits).",
      "own",
    ),
    weighted(
      "smoothing-over-the-others",
      "the smoothed share is spread only over the other classes, not over the target's too",
      "Give every class smoothing / classes, including the target's: its total is 1 - smoothing + smoothing / classes.",
      "(1.0 - SMOOTHING) * own + SMOOTHING * (f32(CLASSES) * mean - own) / max(1.0, f32(CLASSES) - 1.0)",
    ),
    weighted(
      "smoothing-added",
      "the smoothed part is added without taking its share from the target's",
      "Weight the target's part by 1 - smoothing, so that the weights of all classes add up to 1.",
      "own + SMOOTHING * mean",
    ),
    weighted(
      "smoothing-swapped",
      "`smoothing` and `1 - smoothing` are swapped",
      "Weight the target's part by 1 - smoothing, and the mean over all classes by smoothing.",
      "SMOOTHING * own + (1.0 - SMOOTHING) * mean",
    ),
    weighted(
      "smoothing-over-the-sum",
      "the smoothed part is the sum over the classes instead of their mean",
      "Divide the sum of lse - logits[c] by the number of classes.",
      "(1.0 - SMOOTHING) * own + SMOOTHING * mean * f32(CLASSES)",
    ),
    weighted(
      "wrong-sign",
      "the loss has the wrong sign",
      "Compute lse - logit, not logit - lse: a loss is never negative.",
      `-(${LOSS})`,
    ),
    {
      name: "mean-without-last-class",
      about: "the last class is missing from the mean of the logits",
      hint: "Loop while c < CLASSES: the loop that adds up the logits ends one too early.",
      edits: [["total += logits[start + c];", "total += select(0.0, logits[start + c], c < CLASSES - 1);"]],
    },
    {
      name: "target-one-too-high",
      about: "the logit after the target's is used",
      hint: "Read the target's logit at r * classes + targets[r]: targets count from 0.",
      edits: [[OWN_LOGIT, neighbour("at + 1", "ROWS * CLASSES - 1")]],
    },
    {
      name: "target-one-too-low",
      about: "the logit before the target's is used",
      hint: "Read the target's logit at r * classes + targets[r]: targets count from 0, not from 1.",
      edits: [[OWN_LOGIT, neighbour("at - 1", "0")]],
    },
    {
      name: "mean-over-rows",
      about: "every row gets the mean of all rows' losses",
      hint: 'Write loss[r] without any sum over rows: every row has its own loss, as with reduction="none".',
      edits: [
        [HEAD, "fn lossOf(row: u32) -> f32 {"],
        [`loss[row] = ${LOSS};\n}`, `return ${LOSS};\n}\n${MEAN_OVER_ROWS}`],
      ],
    },
    {
      name: "maximum-not-added-back",
      about: "the maximum subtracted before exp is not added back after log",
      hint: "Add the maximum: log(sum of exp(z)) is m + log(sum of exp(z - m)).",
      edits: [["= maximum + log(sum)", "= log(sum)"]],
    },
    {
      name: "maximum-without-last-class",
      about: "the last class is missing from the maximum",
      hint: "Extend the loop for the maximum to the last logit: if that is far above the others, exp overflows.",
      edits: [["c < CLASSES; c++) {\n    maximum", "c < CLASSES - 1; c++) {\n    maximum"]],
    },
    {
      name: "no-max-subtraction",
      about: "the row's maximum is not subtracted before exp",
      hint: "Use lse = m + log(sum of exp(z - m)), with m the row's maximum: exp(z) overflows an f32 above z = 88.7.",
      edits: [
        ["[start + c] - maximum)", "[start + c])"],
        ["= maximum + log(sum)", "= log(sum)"],
      ],
    },
    {
      name: "logarithm-of-base-two",
      about: "the logarithm of the sum has base 2",
      hint: "Use log(x), or log2(x) * 0.693147181, where the factor is ln(2): log2(x) has base 2.",
      edits: [["log(sum)", "log2(sum)"]],
    },
    {
      name: "power-of-two",
      about: "2 is raised to the power instead of e",
      hint: "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
      edits: [["exp(", "exp2("]],
    },
    {
      name: "last-class-left-out",
      about: "the last class is missing from the sum of exponentials",
      hint: "Loop while c < CLASSES: the loop over the row ends one too early.",
      edits: [[EXPONENTIAL, `select(0.0, ${EXPONENTIAL}, c < CLASSES - 1)`]],
    },
    ...[4, 16, 32, 64, 256].map(
      (tile): EditedMistake => ({
        name: `ragged-tile-left-out-${tile}`,
        about: `classes past the last full tile of ${tile} are missing from the sum of exponentials`,
        hint: `Round the number of tiles up and guard the last one: the number of classes need not be a multiple of ${tile}.`,
        edits: [[EXPONENTIAL, `select(0.0, ${EXPONENTIAL}, c < CLASSES / ${tile} * ${tile})`]],
      }),
    ),
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned,
});
