import type { DataKind } from "../../../harness/task/task.ts";
import { NIBBLES_PER_WORD, pack } from "../../../reference/packing.ts";
import type { Random } from "../../../reference/random.ts";
import { normalActivations, outlierActivations } from "../activations.ts";

type Kind = DataKind<"m" | "n" | "k" | "group", never>;

export const LEAST_SCALE = 2 ** -11;
export const MOST_SCALE = 2 ** -3;

/** How the parts of one kind of data are generated. */
interface Draws {
  readonly activations: (random: Random, m: number, k: number) => Float32Array;
  readonly code: (random: Random) => number;
  readonly zero: (random: Random) => number;
  readonly scale: (random: Random) => number;
}

const PLAIN: Draws = {
  activations: normalActivations,
  code: (random) => random.integer(0, 15),
  // Below the middle of the codes: in long rows, sums that cancel would be within the allowed rounding error.
  zero: (random) => random.integer(2, 9),
  scale: (random) => random.uniform(0.005, 0.02),
};

function kind(name: string, about: string, draws: Partial<Draws>): Kind {
  const { activations, code, zero, scale } = { ...PLAIN, ...draws };
  return {
    name,
    about,
    draw(random, { m, n, k, group }) {
      return {
        a: activations(random, m, k),
        w: pack(NIBBLES_PER_WORD, n, k, () => code(random)),
        scales: random.f32((n * k) / group, scale),
        zeros: pack(NIBBLES_PER_WORD, n, k / group, () => zero(random)),
      };
    },
  };
}

export const data: readonly Kind[] = [
  kind("plain", "independent normal activations around 0.3, and weights of every code", {}),
  kind("outliers", "some activations are hundreds of times larger, at every place modulo 256, and often the last one", {
    activations: outlierActivations,
  }),
  kind("uneven", "scales differ 256-fold from group to group; many codes and all zero points are 0 or 15", {
    code: (random) => random.pick([0, 15, random.integer(1, 14)]),
    zero: (random) => random.pick([0, 0, 15]),
    scale: (random) => random.pick([LEAST_SCALE, MOST_SCALE, LEAST_SCALE * 2 ** random.uniform(0, 8)]),
  }),
];
