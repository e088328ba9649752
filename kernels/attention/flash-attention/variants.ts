import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { scalings, score } from "../score-variants.ts";

const OWN = "score(start, key_start)";
const RAISE = "maximum = max(maximum, own);";

/** Scores of hidden keys are computed and changed, instead of left out. */
const hidden = (changed: string): Edit[] => [
  ["key < visible;", "key < KEYS;"],
  [OWN, `select(${changed}, ${OWN}, key < visible)`],
];

const FIRST_APART = `for (var key = 1u; key < visible; key++) {
    maximum = max(maximum, score(start, head_start + key * DIM));
  }
  var sum = exp(score(start, head_start) - maximum);`;

/** All keys in the loop, the first too. */
const from = (start: string): Edit[] => [
  ["var maximum = score(start, head_start);", `var maximum = ${start};`],
  ["var sum = 1.0;", "var sum = 0.0;"],
  ["= v[head_start + d];", "= 0.0;"],
  ["key = 1u", "key = 0u"],
];

export const variants: WrittenVariants<AttentionShape, "causal"> = {
  honest: [
    {
      name: "the maximum in a loop of its own",
      edits: [
        ["var sum = 1.0;", FIRST_APART],
        ["= v[head_start + d];", "= sum * v[head_start + d];"],
      ],
    },
    {
      name: "through the logarithm of the sum",
      edits: [["out[start + d] /= sum;", "out[start + d] *= exp(maximum - (maximum + log(sum)));"]],
    },
    ...scalings([
      ["exp(before", "exp2(before"],
      ["exp(own", "exp2(own"],
    ]),
    { name: "hidden keys scored -1e30", edits: hidden("-1e30") },
  ],
  limited: [
    ...["0.0", "-100.0", "-200.0"].map((start) => ({ name: `maximum from ${start}`, edits: from(start) })),
    ...["% 2 == 0", "% 8 != 5", "% 32 != 17", "% 64 != 41", "% 64 != 63", "< 32"].map((part) => ({
      name: `maximum if key ${part}`,
      edits: [[RAISE, `if (key ${part}) { ${RAISE} }`]] as const,
    })),
    ...["-160.0", "-300.0", `${OWN} - 500.0`].map((other) => ({
      name: `hidden keys scored ${other}`,
      edits: hidden(other),
    })),
    { name: "scores up to 290", edits: [[score(), `min(${score()}, 290.0)`]] },
  ],
};
