import type { Edit } from "../../harness/task/kernel-change.ts";
import { SHIFT, type WrittenVariant } from "../../harness/task/variant.ts";

type Variants = readonly WrittenVariant<never, never>[];

/** Roundings in the online softmax of tuned kernels that no output shows. */
export const unseenOnline = (kernel: "tuned" | "tuned (hardware)") => ({
  [`${kernel}, f16: tile[lane] = score`]: SHIFT,
  [`${kernel}, f16: var higher = own.maximum`]: SHIFT,
  [`${kernel}, f16: higher = max(higher, tile[key])`]: SHIFT,
});

/** Roundings in `software-flash.wgsl` that no output shows. */
export const unseenOnSoftware = {
  "tuned, f16: maximum = max(max(before, max(highest(s0), highest(s1))), max(highest(s2), highest(s3)))": SHIFT,
  "tuned, f16: return max(max(scores[0], scores[1]), max(scores[2], scores[3]))": SHIFT,
};

/** Every plain kernel adds up `dot`, over `dim`, and then scales it. */
export const score = (dim = "DIM") => `dot / sqrt(f32(${dim}))`;

const scaledEarly = (factor: string, atKey: string, dim?: string): Edit[] => [
  ["var dot = 0.0;", `let factor = ${factor};\n  var dot = 0.0;`],
  ["dot += q", "dot += factor * q"],
  ["] * k", `] * ${atKey}k`],
  [score(dim), "dot"],
];

/** Scores of other rounding, for all plain kernels; `exponentials` turn every `exp` of scores into `exp2`. */
export const scalings = (exponentials: readonly Edit[], dim = "DIM"): Variants => [
  {
    name: "query and key each scaled by a fourth root",
    edits: scaledEarly(`1.0 / sqrt(sqrt(f32(${dim})))`, "factor * ", dim),
  },
  {
    name: "query scaled first, exp2 with the factor folded in",
    edits: [...scaledEarly(`1.44269504 / sqrt(f32(${dim}))`, "", dim), ...exponentials],
  },
];

const FIRST = "var maximum = p[start];";
const RAISE = "maximum = max(maximum, p[at]);";
const WEIGHT = "p[at] = exp(p[at] - maximum);\n    sum += p[at];";

/** Other softmaxes of stored scores. */
export const softmaxes: Variants = [
  {
    name: "online softmax",
    ownSkeleton: true,
    edits: [
      ["  var sum = 0.0;\n  for (var at", "  for (var at"],
      [FIRST, `${FIRST}\n  var sum = 0.0;`],
      [
        RAISE,
        "let before = maximum;\n    maximum = max(before, p[at]);\n    sum = sum * exp(before - maximum) + exp(p[at] - maximum);",
      ],
      ["    sum += p[at];\n", ""],
    ],
  },
  {
    name: "through the logarithm of the sum",
    edits: [
      [WEIGHT, "sum += exp(p[at] - maximum);"],
      ["p[at] /= sum;", "p[at] = exp(p[at] - (maximum + log(sum)));"],
    ],
  },
];

/** A tree that loses a position whenever their number is odd. */
const ODD_TREE = `
  var maximum = p[start];
  for (var span = (end - start) / 2u; span > 0u; span /= 2u) {
    for (var at = start; at < start + span; at++) { maximum = max(maximum, max(p[at], p[at + span])); }
  }`;

/** Positions of which a maximum may be taken instead of all. */
const PARTS = ["% 2 == 0", "% 2 == 1", "% 8 != 5", "% 16 != 9", "% 32 != 17", "% 64 != 41", "< 32"];

/** Maxima of stored scores that are correct for some scores or positions only. */
export const limitedMaxima: Variants = [
  ...["-60.0", "-100.0", "-200.0"].map((start) => ({
    name: `maximum from ${start}`,
    edits: [[FIRST, `var maximum = ${start};`]] as const,
  })),
  ...PARTS.map((part) => ({
    name: `maximum if position ${part}`,
    edits: [[RAISE, `if ((at - start) ${part}) { ${RAISE} }`]] as const,
  })),
  {
    name: "maximum by a tree that halves odd counts",
    edits: [
      [FIRST, ODD_TREE],
      [RAISE, ""],
    ],
  },
];
