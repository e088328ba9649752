import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { scalings, unseenOnline, unseenOnSoftware } from "../score-variants.ts";

const TWO_LOOPS = `for (var key = 1u; key < visible; key++) {
    maximum = max(maximum, score(start, head_start + key * DIM));
  }
  var sum = exp(score(start, head_start) - maximum);`;

/** The cases are those of `attention`, whose variants show that scores and masks of every kind occur. */
export const variants: WrittenVariants<AttentionShape, "causal"> = {
  honest: [
    {
      name: "the maximum in a loop of its own",
      edits: [
        ["var sum = 1.0;", TWO_LOOPS],
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
  ],
  unseen: { ...unseenOnline("tuned (hardware)"), ...unseenOnSoftware },
  limited: ["0.0", "-100.0", "-200.0"].map((start) => ({
    name: `maximum from ${start}`,
    edits: [
      ["var maximum = score(start, head_start);", `var maximum = ${start};`],
      ["var sum = 1.0;", "var sum = 0.0;"],
      ["= v[head_start + d];", "= 0.0;"],
      ["key = 1u", "key = 0u"],
    ],
  })),
};
