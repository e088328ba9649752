/** Round numbers, from the densest set to the sparsest; each set covers any range except the first. */
const SETS: readonly ((decades: readonly number[]) => readonly number[])[] = [
  () => [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4],
  (decades) => decades.flatMap((decade) => [1, 2, 5].map((step) => Number(`${step}e${decade}`))),
  (decades) => decades.map((decade) => Number(`1e${decade}`)),
  (decades) => decades.filter((decade) => decade % 2 === 0).map((decade) => Number(`1e${decade}`)),
  (decades) => decades.filter((decade) => decade % 3 === 0).map((decade) => Number(`1e${decade}`)),
];

/** The first set is for ranges with fewer than this many of the second. */
const FEWEST = 3;

/**
 * Round numbers along a logarithmic axis: as many as fit without touching.
 *
 * @param length of the axis, in pixels
 * @param gap the least distance between two ticks, in pixels: the width of a label
 */
export function logTicks([low, high]: readonly [low: number, high: number], length: number, gap: number): number[] {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from(
    { length: Math.max(Math.ceil(Math.log10(high)) - first + 1, 1) },
    (_, place) => first + place,
  );
  const position = (tick: number) => (length * Math.log(tick / low)) / Math.log(high / low);
  const fits = (ticks: readonly number[]) =>
    ticks.every((tick, place) => place === 0 || position(tick) - position(ticks[place - 1]!) >= gap);
  const [fine, ...others] = SETS.map((set) => set(decades).filter((tick) => low <= tick && tick <= high));
  const sets = others[0]!.length < FEWEST && fine!.length >= FEWEST ? [fine!, ...others] : others;
  return [...(sets.find((ticks) => ticks.length > 0 && fits(ticks)) ?? others.flat().slice(-1))];
}
