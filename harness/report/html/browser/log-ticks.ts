const STEPS = [1, 2, 5];
/** Steps between two of those. */
const FINE = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
const MOST = 8;
const FEWEST = 3;

/** Round numbers along a logarithmic axis: few enough not to touch, enough to read values between them. */
export function logTicks([low, high]: readonly [low: number, high: number]): number[] {
  const inside = (ticks: readonly number[]) => ticks.filter((tick) => low <= tick && tick <= high);
  const first = Math.floor(Math.log10(low));
  const decades = Array.from(
    { length: Math.max(Math.ceil(Math.log10(high)) - first + 1, 1) },
    (_, place) => first + place,
  );
  const stepped = inside(decades.flatMap((decade) => STEPS.map((step) => Number(`${step}e${decade}`))));
  if (stepped.length < FEWEST && inside(FINE).length >= FEWEST) return inside(FINE);
  return stepped.length <= MOST ? stepped : inside(decades.map((decade) => Number(`1e${decade}`)));
}
