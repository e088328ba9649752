import type { Random } from "../../reference/random.ts";
import type { Interval } from "../results/measurement.ts";

/** A median of fewer values has no useful interval of its own, and sampling never stops by precision. */
export const FEWEST_FOR_MEDIAN = 10;

const RESAMPLES = 1000;

/** 97.5 % quantiles of Student's t with 1 to 8 degrees of freedom, for two to nine values. */
const STUDENT_T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return medianOfSorted(sorted);
}

/**
 * The median of ratios that were measured in series, with a conservative interval: the wider of two that err in
 * different ways. Order statistics are exact for any distribution, but need independent values; resampled blocks keep
 * the correlation of neighbours, but are too narrow if they are few.
 *
 * @param ratios in the order in which they were measured; at least two, all positive
 */
export function medianInterval(ratios: readonly number[], random: Random): Interval {
  if (ratios.length < 2) throw new Error(`an interval needs two values, got ${ratios.length}`);
  const estimate = median(ratios);
  if (ratios.length < FEWEST_FOR_MEDIAN) return fewValuesInterval(ratios, estimate);
  const byOrder = orderStatistics(ratios);
  const byBlocks = blockBootstrap(ratios, blockLength(ratios.length), random);
  return { estimate, low: Math.min(byOrder.low, byBlocks.low), high: Math.max(byOrder.high, byBlocks.high) };
}

/** Half of the interval's width as a share of the estimate: 0.005 is ±0.5 %. */
export function halfWidth({ estimate, low, high }: Interval): number {
  return (high - low) / 2 / estimate;
}

/** The ratio with the roles exchanged. */
export function inverse({ estimate, low, high }: Interval): Interval {
  return { estimate: 1 / estimate, low: 1 / high, high: 1 / low };
}

export function holds({ low, high }: Interval, value: number): boolean {
  return low <= value && value <= high;
}

/** Student's interval for the mean of the logarithms, never narrower than the range of the values. */
function fewValuesInterval(ratios: readonly number[], estimate: number): Interval {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const reach = STUDENT_T[logs.length - 2]! * Math.sqrt(variance / logs.length);
  return {
    estimate,
    low: Math.min(Math.exp(mean - reach), ...ratios),
    high: Math.max(Math.exp(mean + reach), ...ratios),
  };
}

/**
 * The distribution-free interval of the median: the number of values below it is binomial, here by its normal
 * approximation (Conover, "Practical Nonparametric Statistics", §3.2), rounded outwards.
 */
export function orderStatistics(values: readonly number[]): { low: number; high: number } {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  const rank = Math.max(1, Math.floor((length + 1) / 2 - (1.96 * Math.sqrt(length)) / 2));
  return { low: sorted[rank - 1]!, high: sorted[length - rank]! };
}

/** Eight pairs share a submit; longer series have blocks of the cube root of their length, as the theory asks. */
function blockLength(count: number): number {
  return Math.max(Math.ceil(Math.cbrt(count)), Math.min(8, Math.floor(count / 5)));
}

/**
 * The percentile interval of the median over resampled blocks of neighbours, the series taken as a circle (Politis and
 * Romano, "A circular block-resampling procedure for stationary data", 1992).
 */
export function blockBootstrap(
  values: readonly number[],
  length: number,
  random: Random,
): { low: number; high: number } {
  const count = values.length;
  const byRank = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const rankOf = new Int32Array(count);
  for (const [rank, index] of byRank.entries()) rankOf[index] = rank;
  const medians = new Float64Array(RESAMPLES);
  const times = new Int32Array(count);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    times.fill(0);
    for (let taken = 0; taken < count; ) {
      let index = random.integer(0, count - 1);
      for (const end = Math.min(taken + length, count); taken < end; taken++) {
        times[rankOf[index]!]!++;
        index = index + 1 === count ? 0 : index + 1;
      }
    }
    medians[resample] = (valueAt(Math.floor((count - 1) / 2)) + valueAt(Math.floor(count / 2))) / 2;
  }
  medians.sort();
  return { low: medians[Math.floor(0.025 * RESAMPLES)]!, high: medians[Math.ceil(0.975 * RESAMPLES) - 1]! };

  /** The resample's value of this rank. */
  function valueAt(place: number): number {
    let rank = 0;
    for (let below = times[0]!; below <= place; below += times[rank]!) rank++;
    return values[byRank[rank]!]!;
  }
}

function medianOfSorted(sorted: Float64Array): number {
  const { length } = sorted;
  return (sorted[Math.floor((length - 1) / 2)]! + sorted[Math.floor(length / 2)]!) / 2;
}

/**
 * The interval of a ratio with a further, independent uncertainty.
 *
 * @param share half of that uncertainty's own 95 % interval
 */
export function widened({ estimate, low, high }: Interval, share: number): Interval {
  const wider = (end: number) => Math.hypot(Math.log(end / estimate), Math.log1p(share));
  return { estimate, low: estimate * Math.exp(-wider(low)), high: estimate * Math.exp(wider(high)) };
}
