/** Element held by each nibble of a word in AWQ's format, from the lowest nibble up. */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7];

/** A wrong but common order of nibbles in a word: `place(i)` is the index at which such a kernel reads element `i`. */
interface NibbleOrder {
  readonly name: string;
  readonly about: string;
  readonly hint: string;
  readonly place: (i: number) => number;
}

const HINT =
  "Read element i of a row from bits 4*(i%8) to 4*(i%8)+3 of word i/8: the first is in the lowest four bits.";

export const NIBBLE_ORDERS: readonly NibbleOrder[] = [
  {
    name: "high-nibble-first",
    about: "the two codes of each byte are read in the wrong order, high one first",
    hint: HINT,
    place: (i) => i ^ 1,
  },
  {
    name: "highest-nibble-first",
    about: "the eight codes of each word are read in the wrong order, highest first",
    hint: HINT,
    place: (i) => i ^ 7,
  },
  {
    name: "interleaved-nibbles",
    about: "the eight codes of each word are read in AWQ's interleaved order",
    hint: HINT,
    place: (i) => i - (i % 8) + AWQ_ORDER.indexOf(i % 8),
  },
];
