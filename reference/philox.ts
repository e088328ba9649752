const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;

type Four = readonly [number, number, number, number];

/**
 * Philox4x32-10, a counter-based generator: four random words for each counter and key (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", SC11, §3.3).
 */
export function philox(counter: Four, key: readonly [number, number]): Four {
  let [a, b, c, d] = counter;
  let [first, second] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const [x, y] = [a, c];
    a = (upperHalf(MULTIPLIERS[1], y) ^ b ^ first) >>> 0;
    b = Math.imul(MULTIPLIERS[1], y) >>> 0;
    c = (upperHalf(MULTIPLIERS[0], x) ^ d ^ second) >>> 0;
    d = Math.imul(MULTIPLIERS[0], x) >>> 0;
    first = (first + KEY_STEPS[0]) >>> 0;
    second = (second + KEY_STEPS[1]) >>> 0;
  }
  return [a, b, c, d];
}

/** The upper 32 bits of a product of 64: float64 holds that of 32 bits and 16. */
function upperHalf(a: number, b: number): number {
  const upper = a * (b >>> 16);
  const lower = a * (b & 0xffff);
  return Math.floor((upper + Math.floor(lower / 2 ** 16)) / 2 ** 16);
}
