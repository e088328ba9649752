import type { Random } from "../../reference/random.ts";
import type { Contestant, Run } from "./workbench.ts";

/** Pairs per submit, or more if they take less than `SHORTEST_BATCH_NS`: the GPU is idle between submits. */
const PAIRS_PER_BATCH = 8;
const SHORTEST_BATCH_NS = 20e6;
/** A batch should not take longer than this: the clock is checked, and progress reported, between batches. */
const LONGEST_BATCH_NS = 250e6;

/** Runs per sample, and pairs of samples per batch. */
export interface BatchSize {
  readonly runsPerSample: number;
  readonly pairs: number;
}

/**
 * @param runNs the approximate time of one run of each kernel
 * @param leastSampleNs the least duration of a sample
 * @param clock the most runs that a batch and a sample can have
 * @param setsPerSample how many input sets in a row every sample takes, or a multiple of it
 */
export function batchSize(
  runNs: Readonly<Record<Contestant, number>>,
  leastSampleNs: number,
  { mostRuns, mostRunsPerSample }: { readonly mostRuns: number; readonly mostRunsPerSample: number },
  setsPerSample = 1,
): BatchSize {
  const shorterNs = Math.max(1, Math.min(runNs.candidate, runNs.yardstick));
  const most = Math.min(mostRunsPerSample, Math.floor(mostRuns / 2));
  const roundsPerSample = Math.min(
    Math.floor(most / setsPerSample),
    Math.ceil(leastSampleNs / shorterNs / setsPerSample),
  );
  const runsPerSample = setsPerSample * Math.max(1, roundsPerSample);
  const pairNs = runsPerSample * (runNs.candidate + runNs.yardstick);
  const wanted = Math.max(PAIRS_PER_BATCH, Math.ceil(SHORTEST_BATCH_NS / pairNs));
  const fit = Math.min(Math.floor(LONGEST_BATCH_NS / pairNs), Math.floor(mostRuns / (2 * runsPerSample)));
  return { runsPerSample, pairs: Math.max(1, Math.min(wanted, fit)) };
}

/** The sides of a comparison: two kernels, or one twice. */
export type Sides = readonly [Contestant, Contestant];

/** A batch: its runs in order, and the pair and side of each. */
export interface Batch {
  readonly runs: readonly Run[];
  readonly places: readonly { readonly pair: number; readonly side: 0 | 1 }[];
}

/** Generates batches of pairs: both sides in random order, on one input set after the other. */
export class Schedule {
  readonly #random: Random;
  readonly #setCount: number;
  #nextSet = 0;

  constructor(random: Random, setCount: number) {
    this.#random = random;
    this.#setCount = setCount;
  }

  batch({ pairs, runsPerSample }: BatchSize, sides: Sides): Batch {
    const runs: Run[] = [];
    const places: { pair: number; side: 0 | 1 }[] = [];
    // Of the candidate's runs, one at random is read back.
    const kept = sides[0] === "candidate" ? this.#random.integer(0, pairs * runsPerSample - 1) : -1;
    for (let pair = 0; pair < pairs; pair++) {
      for (let nth = 0; nth < runsPerSample; nth++) {
        for (const side of this.#random.shuffled([0, 1] as const)) {
          const isKept = side === 0 && pair * runsPerSample + nth === kept;
          runs.push({ contestant: sides[side], set: this.#nextSet, isKept });
          places.push({ pair, side });
        }
        this.#nextSet = (this.#nextSet + 1) % this.#setCount;
      }
    }
    return { runs, places };
  }
}

/** Adds up the runs of each pair's sides, in ns. Pairs with a run that the clock could not time are dropped. */
export function samplesOf({ places }: Batch, durationsNs: readonly (number | undefined)[]): [number, number][] {
  const samples: [number, number][] = [];
  for (const [index, { pair, side }] of places.entries()) {
    samples[pair] ??= [0, 0];
    samples[pair][side] += durationsNs[index] ?? Number.NaN;
  }
  return samples.filter(([first, second]) => !Number.isNaN(first + second));
}
