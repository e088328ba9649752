import type { WrittenVariant } from "../../harness/task/variant.ts";

const FIRST = "var maximum = p[start];";
const RAISE = "maximum = max(maximum, p[at]);";

/** A tree that loses a position whenever their number is odd. */
const ODD_TREE = `
  var maximum = p[start];
  for (var span = (end - start) / 2u; span > 0u; span /= 2u) {
    for (var at = start; at < start + span; at++) { maximum = max(maximum, max(p[at], p[at + span])); }
  }`;

/** Plain kernels whose maximum, over the scores from `p[start]` on, is correct for some scores or positions only. */
export const limitedMaxima: readonly WrittenVariant<never, never>[] = [
  ...["-60.0", "-100.0", "-200.0", "0.0"].map((start) => ({
    name: `maximum from ${start}`,
    edits: [[FIRST, `var maximum = ${start};`]] as const,
  })),
  ...["% 2 == 0", "% 2 == 1", "% 8 != 5", "% 16 != 9", "% 32 != 17", "% 64 != 41", "< 32"].map((place) => ({
    name: `maximum if position ${place}`,
    edits: [[RAISE, `if ((at - start) ${place}) { ${RAISE} }`]] as const,
  })),
  {
    name: "maximum by a tree that halves odd counts",
    edits: [
      [FIRST, ODD_TREE],
      [RAISE, ""],
    ],
  },
];
