import type { DataKind } from "../../../harness/task/task.ts";
import { BYTES_PER_WORD, NIBBLES_PER_WORD, pack } from "../../../reference/packing.ts";
import { NF4_BLOCK, NF4_BLOCKS_PER_SCALE } from "../../../reference/quantized-matmul.ts";
import type { Random } from "../../../reference/random.ts";
import { normalActivations, outlierActivations } from "../activations.ts";

type Kind = DataKind<"m" | "n" | "k", never>;

/** With an offset of at least 0.1, every absmax is positive. */
export const MOST_SCALE = 0.0007;
export const LEAST_SCALE = MOST_SCALE / 16;

/** How the parts of one kind of data are generated. */
interface Draws {
  readonly activations: (random: Random, m: number, k: number) => Float32Array;
  readonly code: (random: Random, column: number) => number;
  /** The quantized absmax of a block. */
  readonly absmax: (random: Random) => number;
  readonly scale: (random: Random, index: number) => number;
}

const PLAIN: Draws = {
  activations: normalActivations,
  // The upper half more often: in long rows, sums that cancel would be within the allowed rounding error.
  code: (random) => {
    const code = random.integer(0, 63);
    return (code & 15) | (code >= 48 ? 8 : 0);
  },
  absmax: (random) => random.integer(-127, 127),
  scale: (random) => random.uniform(0.0002, MOST_SCALE),
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
  kind("outliers", "some activations are hundreds of times larger, at every place modulo 256, and often the last one", {
    activations: outlierActivations,
  }),
  kind("one-code", "every row of w holds a single code, so that each value of the code book matters", {
    code: (_random, column) => column % 16,
  }),
  kind("extreme", "most codes are the first, the last or the middle ones, and quantized absmax -128 or 127", {
    code: (random) => random.pick([0, 7, 8, 15, 15, random.integer(0, 15)]),
    absmax: (random) => random.pick([-128, 127]),
    scale: (random, index) => [MOST_SCALE, LEAST_SCALE, random.uniform(LEAST_SCALE, MOST_SCALE)][index % 3]!,
  }),
];
