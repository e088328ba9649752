/** Element held by each nibble of a word in AWQ's format, from the lowest nibble up. */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7];

/** An order of nibbles in a word that others use: `place(i)` is where a kernel that follows it looks for element `i`. */
interface NibbleOrder {
  readonly name: string;
  readonly about: string;
  readonly hint: string;
  readonly place: (i: number) => number;
}

const HINT = "Element i of a row is bits 4*(i%8) to 4*(i%8)+3 of word i/8: the first is in the lowest four bits.";

export const NIBBLE_ORDERS: readonly NibbleOrder[] = [
  {
    name: "high-nibble-first",
    about: "the two codes of each byte are taken in the wrong order, the high one first",
    hint: HINT,
    place: (i) => i ^ 1,
  },
  {
    name: "highest-nibble-first",
    about: "the eight codes of each word are taken in the wrong order, the highest one first",
    hint: HINT,
    place: (i) => i ^ 7,
  },
  {
    name: "interleaved-nibbles",
    about: "the eight codes of each word are taken in AWQ's interleaved order",
    hint: HINT,
    place: (i) => i - (i % 8) + AWQ_ORDER.indexOf(i % 8),
  },
];
