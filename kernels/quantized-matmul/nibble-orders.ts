import type { Mistake } from "../../harness/task/task.ts";

const HINT =
  "Read element i of a row from bits 4*(i%8) to 4*(i%8)+3 of word i/8: the first is in the lowest four bits.";

/** Wrong but common orders of nibbles in a word, as edits of a kernel that reads code `i` of a word at `4u * (i % 8u)`. */
export const nibbleOrders: readonly Mistake[] = (
  [
    ["high-nibble-first", "the two codes of each byte are read in the wrong order, high one first", "(i ^ 1u) % 8u"],
    ["highest-nibble-first", "the eight codes of each word are read in the wrong order, highest first", "7u - i % 8u"],
    [
      "interleaved-nibbles",
      "the eight codes of each word are read in AWQ's interleaved order",
      "4u * (i % 2u) + i % 8u / 2u",
    ],
  ] as const
).map(([name, about, place]) => ({ name, about, hint: HINT, edits: [["4u * (i % 8u)", `4u * (${place})`]] }));
