import type { Random } from "../../reference/random.ts";

export type PoisonKind = "nan" | "plausible";

/** Random words of a poison; larger outputs repeat them. A prime: strides by tiles do not meet the same word again. */
const PERIOD = 251;

const LARGEST_INTEGER = 2 ** 31;
const NONE: ReadonlySet<string> = new Set();

/**
 * The outputs' contents before a run: NaNs with random payloads, or plausible wrong numbers, new for each run. A kernel
 * cannot know them, and a word that is unchanged afterwards was never written.
 *
 * @param sizes elements of each output
 * @param typical a typical magnitude of each output, for plausible numbers
 * @param integers the outputs whose elements are u32
 */
export function drawPoison(
  random: Random,
  sizes: Readonly<Record<string, number>>,
  kind: PoisonKind,
  typical: Readonly<Record<string, number>>,
  integers: ReadonlySet<string> = NONE,
): Record<string, Uint32Array> {
  const poison: Record<string, Uint32Array> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const period = Math.min(PERIOD, size);
    const words = new Uint32Array(size);
    if (kind === "nan") {
      for (let word = 0; word < period; word++) words[word] = (random.bits() & 0x803fffff) | 0x7fc00000;
    } else if (integers.has(name)) {
      const most = Math.min(2 * Math.ceil(typical[name]!) + 1, LARGEST_INTEGER);
      for (let word = 0; word < period; word++) words[word] = random.integer(0, most);
    } else {
      new Float32Array(words.buffer).set(random.f32(period, () => random.normal(0, 1.5 * typical[name]! + 1e-3)));
    }
    for (let filled = period; filled < size; filled *= 2) {
      words.copyWithin(filled, 0, Math.min(filled, size - filled));
    }
    poison[name] = words;
  }
  return poison;
}
