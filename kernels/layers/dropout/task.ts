import { type CaseLibrary, sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { type Draw, ends, normal } from "../../../harness/task/data-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import { div, remembered, sub } from "../../../reference/bounded.ts";
import { philox } from "../../../reference/philox.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

const BLOCK = 4;
const RANGE = [-1e30, 1e30] as const;

type Key = readonly [number, number];

/** For each rate, a key for which one of the first 64 words is the threshold, and one for which a word is just below it. */
const KEYS_AT_THRESHOLD: Readonly<Record<number, { readonly at: Key; readonly below: Key }>> = {
  0.3: { at: [626518440, 49202728], below: [468629934, 1683982] },
  0.5: { at: [3782144000, 36302848], below: [267317649, 11472353] },
};
const RATES = Object.keys(KEYS_AT_THRESHOLD).map(Number);

/** With the smallest rate, and with more elements than the tuned kernel has invocations. */
const withExtremes: CaseLibrary<"size", "rate"> = (given) => {
  const { checks, ...others } = sizeCases<"size", "rate">("size", 2 ** 23)(given);
  return {
    ...others,
    checks: [
      { group: "tiny", shape: { size: 1 }, params: { rate: 0 }, data: ["plain"] },
      ...checks,
      { group: "many", shape: { size: 2 ** 18 + 1 }, params: { rate: Math.fround(RATES[0]!) }, data: ["plain"] },
    ],
  };
};

/** Elements of which each case drops some and keeps some. */
const MOST_COUNTED = 64;
const LEAST_SHARE = 1 / 6;

function mixedKey(random: Random, size: number, rate: number): Key {
  const count = Math.min(size, MOST_COUNTED);
  for (;;) {
    const key: Key = [random.bits(), random.bits()];
    const words = Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => philox([block, 0, 0, 0], key)).flat();
    const dropped = words.slice(0, count).filter((word) => word < rate * 2 ** 32).length;
    const isMixed = Math.min(dropped, count - dropped) >= LEAST_SHARE * count;
    if (isMixed || size === 1 || rate === 0) return key;
  }
}

function keyAtThreshold(place: "at" | "below", rate: number): Key {
  const nominal = RATES.find((one) => Math.fround(one) === rate);
  if (nominal === undefined) throw new RangeError(`no key is known for the rate ${rate}`);
  return KEYS_AT_THRESHOLD[nominal]![place];
}

const drawn =
  (x: Draw, key: (random: Random, size: number, rate: number) => Key = mixedKey): DrawInputs<"size", "rate"> =>
  (random, { size }, { rate }) => ({
    x: x(random, { rows: 1, cols: size, range: RANGE }),
    key: Uint32Array.from(key(random, size, rate)),
  });

export default composeTask({
  name: "dropout",
  family: "layers",
  title: "Dropout",
  step: { track: "training", level: 3, teaches: "random numbers from a counter, 64-bit products", questions: [14] },
  statement: `Drop elements at random, and scale up those that stay. The random numbers are those of Philox4x32-10, so that the result
is reproducible:

    block(i) = Philox4x32-10 of the counter [floor(i / 4), 0, 0, 0] and the key
    y[i]     = x[i] / (1 - rate) if word i % 4 of block(i) >= floor(rate · 2³²), else 0

The threshold takes \`rate\` as f32: 0.3 gives 1288490240. Philox applies ten rounds to a counter of four words c₀ … c₃:

    c₀', c₁' = upper(0xcd9e8d57 · c₂) ^ c₁ ^ k₀, lower(0xcd9e8d57 · c₂)
    c₂', c₃' = upper(0xd2511f53 · c₀) ^ c₃ ^ k₁, lower(0xd2511f53 · c₀)

with the upper and the lower 32 bits of products of 64 bits. After each round, 0x9e3779b9 is added to k₀ and 0xbb67ae85 to
k₁, modulo 2³². For the counter [0, 0, 0, 0] and the key [0, 0], the words are 0x6627e8d5, 0xe169c58d, 0xbc57ac4c and
0x9b00dbd8.`,
  example: { shape: { size: 5 }, params: { rate: 0.5 }, inputs: { x: [1, 2, 3, 4, 5], key: [0, 0] } },
  hints: [
    "One invocation for each element is enough. Test your Philox with the counter and the key of zeros first.",
    "WGSL has no 64-bit product: split both factors into halves of 16 bits, and mind the carries.",
    "Compare integers: u32(RATE * 4294967296.0) is exact, and f32(word) rounds.",
    "A block has four words: let an invocation take four elements, so that no block is computed twice.",
  ],
  shape: { size: "elements" },
  params: { rate: ["the probability that an element is dropped", ...RATES] },
  inputs: {
    x: { dims: ["size"], about: "activations", range: RANGE },
    key: { type: "u32", dims: ["2"], about: "the key of the random numbers" },
  },
  outputs: { y: { dims: ["size"], about: "activations, some of them dropped" } },
  unit: ["size"],
  constraints: [
    {
      sentence: "`rate` is at least 0 and below 1.",
      of: "dimensions",
      holds: ({ params: { rate } }) => rate >= 0 && rate < 1,
    },
  ],
  reference: {
    prepare({ key }, { rate }) {
      const threshold = Math.floor(rate.values[0]! * 2 ** 32);
      const block = remembered((index) => philox([index, 0, 0, 0], [key.values[0]!, key.values[1]!]));
      const share = sub(1, rate);
      const dropped = rate.exactly(0);
      return ({ x }, { unit }) => {
        const word = block(Math.floor(unit / BLOCK))[unit % BLOCK]!;
        return { y: word >= threshold ? div(x, share) : dropped };
      };
    },
  },
  cases: withExtremes,
  data: {
    plain: ["normal values around zero, and a key that drops and keeps elements", drawn(normal(0, 1))],
    ends: ["both ends of the range of `x`", drawn(ends), "ends"],
    "at-threshold": [
      "a random word is equal to the threshold, so its element stays",
      drawn(normal(0, 1), (_, __, rate) => keyAtThreshold("at", rate)),
    ],
    "below-threshold": [
      "a random word is so close below the threshold that f32 rounds it up",
      drawn(normal(0, 1), (_, __, rate) => keyAtThreshold("below", rate)),
    ],
  },
  flops: ({ size }) => 40 * size,
  mistakes: [
    {
      name: "not-scaled",
      about: "elements that stay are not divided by 1 - rate",
      hint: "Divide elements that stay by 1 - RATE, so that the mean is kept.",
      edits: [["x[i] / (1 - RATE)", "x[i]"]],
    },
    {
      name: "scaled-down",
      about: "elements that stay are multiplied by 1 - rate instead of divided",
      hint: "Divide elements that stay by 1 - RATE: that keeps the mean.",
      edits: [["x[i] / (1 - RATE)", "x[i] * (1 - RATE)"]],
    },
    {
      name: "dropped-kept",
      about: "the elements to drop stay, and the others are dropped",
      hint: "Keep an element if its word is at least the threshold.",
      edits: [["word >= threshold", "word < threshold"]],
    },
    {
      name: "threshold-dropped",
      about: "an element whose word is equal to the threshold is dropped",
      hint: "Compare with >=: a word equal to the threshold keeps its element.",
      edits: [["word >= threshold", "word > threshold"]],
    },
    {
      name: "floats-compared",
      about: "words are converted to f32, which rounds them, before they are compared",
      hint: "Compare integers: word >= u32(RATE * 4294967296.0).",
      edits: [["word >= threshold", "f32(word) / 4294967296.0 >= RATE"]],
    },
    {
      name: "seven-rounds",
      about: "the generator has seven rounds instead of ten",
      hint: "Apply ten rounds.",
      edits: [["ROUNDS = 10u", "ROUNDS = 7u"]],
    },
    {
      name: "key-not-advanced",
      about: "every round of Philox uses the same key",
      hint: "Add 0x9e3779b9 and 0xbb67ae85 to the key after each round.",
      edits: [["    round_key += KEY_STEPS;\n", ""]],
    },
    {
      name: "multipliers-swapped",
      about: "the multipliers of Philox are exchanged",
      hint: "Multiply c₀ by 0xd2511f53 and c₂ by 0xcd9e8d57.",
      edits: [["vec2u(0xd2511f53, 0xcd9e8d57)", "vec2u(0xcd9e8d57, 0xd2511f53)"]],
    },
    {
      name: "carries-lost",
      about: "the upper halves of products lack the carries from below",
      hint: "Add the upper 16 bits of the low product before shifting: they may carry.",
      edits: [[" + (low >> 16)", ""]],
    },
    {
      name: "counter-of-the-element",
      about: "the counter is the element's index, of whose block only the first word is used",
      hint: "Use the counter i / 4 and its word i % 4.",
      edits: [["philox(i / 4)[i % 4]", "philox(i)[0]"]],
    },
    {
      name: "words-reversed",
      about: "the words of a block are used in reverse order",
      hint: "Element i takes word i % 4 of its block.",
      edits: [["[i % 4]", "[3 - i % 4]"]],
    },
  ],
  plain: { code: plain, invocationFor: ["size"] },
  tuned: ({ shape: { size }, params: { rate }, device }) => ({
    passes: [
      {
        code: tuned,
        constants: { SIZE: size, THRESHOLD: Math.floor(rate * 2 ** 32), SCALE: 1 / (1 - rate) },
        bindings: ["x", "key", "y"],
        workgroups: spread(Math.ceil(size / BLOCK / 256), device),
      },
    ],
  }),
});
