import { group } from "d3-array";
import * as z from "zod";
import { median, medianInterval } from "../../harness/measure/interval.ts";
import { Random } from "../../reference/random.ts";

/** A result is wrong if an element is off by more than this share of its output's root mean square. */
export const MOST_RELATIVE_ERROR = 1e-3;

/** The name of Kernelmark's fast kernel, to which peers are compared. */
export const TUNED = "tuned";
export const BUILT_IN_NAMES: readonly string[] = ["plain", TUNED];

/** One contestant on one shape: how far off its result is, and its times in the order of the turns. */
const contestantSchema = z.object({
  name: z.string(),
  /** `null` if it is not a number: the result has NaN, infinities, or the wrong size. */
  relativeError: z.number().nullable(),
  /** Why there is no result. */
  failure: z.string().optional(),
  timesMs: z.array(z.number()),
});
export type MeasuredContestant = z.output<typeof contestantSchema>;

const shapeSchema = z.object({
  task: z.string(),
  shape: z.string(),
  sizes: z.string(),
  /** The roofline's least time. */
  leastMs: z.number().nullable(),
  contestants: z.array(contestantSchema),
});
export type MeasuredShape = z.output<typeof shapeSchema>;

/** The content of `--out`. */
export const measuredSchema = z.object({
  adapter: z.string(),
  machine: z.string(),
  node: z.string(),
  date: z.string(),
  seconds: z.number(),
  runs: z.number(),
  /** Peers that could not be opened and runs that ended early, with the error. */
  absent: z.record(z.string(), z.string()),
  shapes: z.array(shapeSchema),
});
export type Measured = z.output<typeof measuredSchema>;

/** `right` if its time may be compared. */
export type State = "right" | "wrong" | "failed";

export function stateOf({ relativeError, failure }: MeasuredContestant): State {
  if (failure !== undefined) return "failed";
  return relativeError !== null && relativeError <= MOST_RELATIVE_ERROR ? "right" : "wrong";
}

/** The time of the fastest correct peer as a multiple of the tuned kernel's, over all turns in which both took part. */
export function peerRatio({ task, shape, contestants }: MeasuredShape) {
  const tuned = contestants.find(({ name }) => name === TUNED);
  const peers = contestants.filter((one) => !BUILT_IN_NAMES.includes(one.name) && isTimed(one));
  if (tuned === undefined || !isTimed(tuned) || peers.length === 0) return undefined;
  const fastest = peers.reduce((a, b) => (median(b.timesMs) < median(a.timesMs) ? b : a));
  const turns = Math.min(fastest.timesMs.length, tuned.timesMs.length);
  const ratios = Array.from({ length: turns }, (_, turn) => fastest.timesMs[turn]! / tuned.timesMs[turn]!);
  return { peer: fastest.name, ...medianInterval(ratios, new Random("peers", task, shape)) };
}

function isTimed(one: MeasuredContestant): boolean {
  return stateOf(one) === "right" && one.timesMs.length >= 2;
}

/** Joins the runs of the same shapes: times in order, the largest error, and the first failure. */
export function joinRuns(runs: readonly (readonly MeasuredShape[])[]): MeasuredShape[] {
  const [first = [], ...others] = runs;
  return first.map((one) => {
    const same = [one, ...others.flatMap((run) => run.filter(({ shape }) => shape === one.shape))];
    const contestants = one.contestants.map(({ name }) => {
      const own = same.flatMap((run) => run.contestants.filter((contestant) => contestant.name === name));
      const errors = own.map(({ relativeError }) => relativeError);
      const failure = own.find((contestant) => contestant.failure !== undefined)?.failure;
      return {
        name,
        relativeError: errors.some((error) => error === null) ? null : Math.max(...(errors as number[])),
        ...(failure === undefined ? {} : { failure }),
        timesMs: own.flatMap(({ timesMs }) => timesMs),
      };
    });
    return { ...one, contestants };
  });
}

/** Joins measurements of different tasks that agree in all else, so that many tasks can be measured in parts. */
export function joinParts(parts: readonly Measured[]): Measured[] {
  const groups = group(parts, ({ adapter, machine, node, seconds, runs }) =>
    JSON.stringify([adapter, machine, node, seconds, runs]),
  );
  return Array.from(groups.values(), (same) => ({
    ...same[0]!,
    date: same
      .map(({ date }) => date)
      .sort()
      .at(-1)!,
    absent: Object.assign({}, ...same.map(({ absent }) => absent)),
    shapes: same.flatMap(({ shapes }) => shapes),
  }));
}
