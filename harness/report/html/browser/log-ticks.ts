import { ticks } from "d3-array";

/** Of these round numbers, at least as many, or else numbers in equal steps. */
const FEWEST = 3;
/** The most numbers in equal steps. */
const MOST_STEPS = 8;

/**
 * Round numbers along a logarithmic axis: as many as fit without touching.
 *
 * @param length of the axis, in pixels
 * @param gap the least distance between two ticks, in pixels: the width of a label
 */
export function logTicks([low, high]: readonly [low: number, high: number], length: number, gap: number): number[] {
  const position = (tick: number) => (length * Math.log(tick / low)) / Math.log(high / low);
  const fits = (numbers: readonly number[]) =>
    numbers.every((tick, place) => place === 0 || position(tick) - position(numbers[place - 1]!) >= gap);
  const sets = tickSets(low, high);
  return [...(sets.find((numbers) => numbers.length > 0 && fits(numbers)) ?? sets.flat().slice(-1))];
}

/** From the densest to the sparsest. */
function tickSets(low: number, high: number): (readonly number[])[] {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from(
    { length: Math.max(Math.ceil(Math.log10(high)) - first + 1, 1) },
    (_, place) => first + place,
  );
  const inside = (numbers: readonly number[]) => numbers.filter((tick) => low <= tick && tick <= high);
  const powers = (step: number) =>
    inside(decades.filter((decade) => decade % step === 0).map((decade) => Number(`1e${decade}`)));
  const stepped = inside(decades.flatMap((decade) => [1, 2, 5].map((step) => Number(`${step}e${decade}`))));
  const even = Array.from({ length: MOST_STEPS }, (_, place) => ticks(low, high, MOST_STEPS - place));
  return [...(stepped.length < FEWEST ? even : []), stepped, powers(1), powers(2), powers(3)];
}
