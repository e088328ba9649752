import type { DataKind } from "../../../harness/task/task.ts";
import { BYTES_PER_WORD, NIBBLES_PER_WORD, pack } from "../../../reference/packing.ts";
import { NF4_BLOCK, NF4_BLOCKS_PER_SCALE } from "../../../reference/quantized-matmul.ts";
import type { Random } from "../../../reference/random.ts";
import { normalActivations, outlierActivations } from "../activations.ts";

type Kind = DataKind<"m" | "n" | "k", never>;

/** How the parts of one kind of data are drawn. */
interface Draws {
  readonly activations: (random: Random, m: number, k: number) => Float32Array;
  readonly code: (random: Random, column: number) => number;
  /** The quantized absmax of a block. */
  readonly absmax: (random: Random) => number;
  /** With an offset of at least 0.1, anything up to 0.0007 leaves every absmax positive. */
  readonly scale: (random: Random) => number;
}

const PLAIN: Draws = {
  activations: normalActivations,
  code: (random) => random.integer(0, 15),
  absmax: (random) => random.integer(-127, 127),
  scale: (random) => random.uniform(0.0002, 0.0007),
};

function kind(name: string, about: string, draws: Partial<Draws>): Kind {
  const { activations, code, absmax, scale } = { ...PLAIN, ...draws };
  return {
    name,
    about,
    draw(random, { m, n, k }) {
      const blocks = (n * k) / NF4_BLOCK;
      return {
        a: activations(random, m, k),
        w: pack(NIBBLES_PER_WORD, n, k, (column) => code(random, column)),
        absmax: pack(BYTES_PER_WORD, 1, blocks, () => absmax(random)),
        absmax_scale: random.f32(Math.ceil(blocks / NF4_BLOCKS_PER_SCALE), scale),
        absmax_offset: random.f32(1, () => random.uniform(0.1, 0.15)),
      };
    },
  };
}

export const data: readonly Kind[] = [
  kind("plain", "independent normal activations around 0.3, and weights of every code", {}),
  kind("outliers", "two activations in each row are hundreds of times larger, often the last one", {
    activations: outlierActivations,
  }),
  kind("one-code", "every row of w holds one code only, so that each value of the code book counts", {
    code: (_random, column) => column % 16,
  }),
  kind("extreme", "most codes are the first, the last or the middle ones, and quantized absmax -128 or 127", {
    code: (random) => random.pick([0, 7, 8, 15, 15, random.integer(0, 15)]),
    absmax: (random) => random.pick([-128, 127]),
    scale: (random) => 0.0007 * 2 ** random.uniform(-4, 0),
  }),
];
