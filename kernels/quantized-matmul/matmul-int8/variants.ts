import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { PRODUCT } from "./task.ts";

const BYTES = `for (var byte = 0u; byte < 4u; byte++) {\n      ${PRODUCT}\n    }`;
const [A_CODE, B_CODE] = ["a", "b"].map((name) => `f32(extractBits(${name}_word, 8u * byte, 8u))`);

const EXACT = "bytes are whole numbers, exact in f16";

export const variants: WrittenVariants<"m" | "n" | "k", never> = {
  honest: [
    {
      name: "f32 products of one word, exact, added in i32",
      ownSkeleton: true,
      edits: [[BYTES, "sum += i32(dot(vec4f(unpack4xI8(u32(a_word))), vec4f(unpack4xI8(u32(b_word)))));"]],
    },
  ],
  imprecise: [
    {
      name: "dequantized to f32 before the sum",
      edits: [
        ["var sum = 0i;", "var sum = 0.0;"],
        [PRODUCT, `sum += (${A_CODE} * a_scale[row]) * (${B_CODE} * b_scale[column]);`],
        ["f32(sum) * a_scale[row] * b_scale[column]", "sum"],
      ],
    },
    {
      name: "four sums in f32",
      edits: [
        ["var sum = 0i;", "var sums: vec4f;"],
        [PRODUCT, `sums[byte] += ${A_CODE} * ${B_CODE};`],
        ["f32(sum)", "((sums.x + sums.z) + (sums.y + sums.w))"],
      ],
    },
  ],
  unseen: {
    "tuned, f16: return vec4f(vec4u(word) & MASKS) * FACTORS - 128.0": EXACT,
    "tuned, f16: return vec4f(words & vec4u(mask)) * factor - 128.0": EXACT,
  },
};
