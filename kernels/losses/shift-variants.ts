/** Why no output shows a rounded maximum in the logarithm of a sum of exponentials. */
export const SHIFT = "exponentials and the logarithm of their sum change alike with any shift near the maximum";

/** Roundings to f16 in the maximum of a row block that no output shows. */
export const unseenInRowBlocks = {
  "tuned, f16: let four = max(max(block[0], block[1]), max(block[2], block[3]))": SHIFT,
  "tuned, f16: return max(max(four.x, four.y), max(four.z, four.w))": SHIFT,
};
