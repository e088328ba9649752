/**
 * Small integers packed into 32-bit words: little-endian inside each word, along the last axis, each row padded with
 * zeros to a whole number of words.
 */
export const BYTES_PER_WORD = 4;
export const NIBBLES_PER_WORD = 8;

/** Element `index` of the row that starts at word `start`, as a signed byte. */
export function signedByte(words: ArrayLike<number>, start: number, index: number): number {
  return (words[start + (index >>> 2)]! << (24 - 8 * (index & 3))) >> 24;
}

/** Element `index` of the row that starts at word `start`, as an unsigned 4-bit number. */
export function nibble(words: ArrayLike<number>, start: number, index: number): number {
  return (words[start + (index >>> 3)]! >>> (4 * (index & 7))) & 15;
}

/** Words in a row of `count` elements. */
export function rowWords(count: number, perWord: number): number {
  return Math.ceil(count / perWord);
}

/**
 * Packs `rows` rows of `columns` integers each. Negative ones are stored in two's complement.
 *
 * @param perWord 4 for bytes, 8 for nibbles
 */
export function pack(
  perWord: 4 | 8,
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Uint32Array {
  const bits = 32 / perWord;
  const mask = 2 ** bits - 1;
  const stride = rowWords(columns, perWord);
  const words = new Uint32Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const word = row * stride + Math.floor(column / perWord);
      words[word]! |= (value(row, column) & mask) << (bits * (column % perWord));
    }
  }
  return words;
}

/** All bytes of packed words, including padding. */
export function signedBytes(words: ArrayLike<number>): Int8Array {
  return Int8Array.from({ length: BYTES_PER_WORD * words.length }, (_, index) => signedByte(words, 0, index));
}
