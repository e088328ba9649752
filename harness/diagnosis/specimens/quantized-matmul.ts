import { plain as int4Plain } from "../../../kernels/quantized-matmul/matmul-int4/plain.ts";
import { plain as int8Plain } from "../../../kernels/quantized-matmul/matmul-int8/plain.ts";
import { plain as nf4Plain } from "../../../kernels/quantized-matmul/matmul-nf4/plain.ts";
import { type Specimen, withText } from "./specimen.ts";

export const int8: readonly Specimen<"m" | "n" | "k", never>[] = [
  {
    name: "the wrong row length of the output",
    cause: "the output's rows are taken to be M long instead of N",
    says: [/\bm\b/, /\bn\b/, /only where|except where|differ|square|equal|row length|stride/i],
    plan: withText(int8Plain, "out[id.x] =", "out[row * M + column] ="),
  },
  {
    name: "whole tiles only",
    cause: "tiles of 16 x 16, with both numbers of workgroups rounded down",
    says: [/never written/i, /\b16\b/],
    plan: (context) => {
      const { m, n } = context.shape;
      const [pass] = int8Plain(context).passes;
      const code = pass!.code
        .replace("@workgroup_size(64)", "@workgroup_size(16, 16)")
        .replace("if (id.x >= M * N) {", "if (id.y >= M || id.x >= N) {")
        .replace("let row = id.x / N;", "let row = id.y;")
        .replace("let column = id.x % N;", "let column = id.x;")
        .replace("out[id.x]", "out[row * N + column]");
      const workgroups = [Math.max(1, Math.floor(n / 16)), Math.max(1, Math.floor(m / 16))];
      return { passes: [{ ...pass!, code, workgroups }] };
    },
  },
  {
    name: "scaled twice by row",
    cause: "a_scale is applied twice",
    says: [/a_scale/],
    plan: withText(int8Plain, "* a_scale[row] *", "* a_scale[row] * a_scale[row] *"),
  },
  {
    name: "whole numbers",
    cause: "the result is cut to a whole number before it is written",
    says: [/whole numbers?|integers?|rounded|truncated/i],
    plan: withText(
      int8Plain,
      "out[id.x] = f32(sum) * a_scale[row] * b_scale[column];",
      "out[id.x] = f32(i32(f32(sum) * a_scale[row] * b_scale[column]));",
    ),
  },
];

export const int4: readonly Specimen<"m" | "n" | "k" | "group", never>[] = [
  {
    name: "added to what was there",
    cause: "the sum is added to the output, which nobody has set to zero",
    says: [/before (the run|it)|not (been )?(set|initiali[sz]ed)|reads? (the )?output|what .*(was|held|lay)/i],
    plan: withText(int4Plain, "out[id.x] = sum;", "out[id.x] += sum;"),
  },
  {
    name: "the next group's scale",
    cause: "the scale of the next group is taken",
    says: [/scale/, /group/],
    plan: withText(int4Plain, "scales[column * groups + g]", "scales[column * groups + g + 1u]"),
  },
  {
    name: "one column for all",
    cause: "each row of the output repeats its first column's value",
    says: [/column 0|first column|n = 0|n 0|same .*(row|column|value)|repeat/i],
    plan: withText(int4Plain, "let column = id.x % N;", "let column = id.x % N * 0u;"),
  },
];

export const nf4: readonly Specimen<"m" | "n" | "k", never>[] = [
  {
    name: "the first scale for all blocks",
    cause: "absmax_scale[0] is used for every block, which shows beyond the first 256 blocks only",
    says: [/absmax_scale|256/],
    plan: withText(nf4Plain, "absmax_scale[block / 256u]", "absmax_scale[0]"),
  },
  {
    name: "only the last block",
    cause: "the sum begins anew in every block of 64",
    says: [/last/i, /\b64\b|block/],
    plan: withText(nf4Plain, "let block_absmax =", "sum = 0.0;\n    let block_absmax ="),
  },
];
