import type { Roofline } from "../results/measurement.ts";
import type { PassProfile, PlanProfile } from "../results/plan-profile.ts";
import type { Plan } from "../task/plan.ts";
import { roofsFor } from "./roofline.ts";
import type { PassTimes } from "./time-passes.ts";

/** A plan of more passes has a row for each kernel. */
const MOST_ROWS = 12;
/** A pass that seems this much faster than the memory did not use all of its buffers. */
const MARGIN = 1.5;

/** Sums up the passes' times, by pass or by kernel. */
export function planProfile(shape: string, plan: Plan, times: PassTimes, roofline: Roofline): PlanProfile {
  const groups = rowsOf(plan);
  const rows = groups.map((passes) => rowOf(passes, plan, times, roofline));
  if ("untimed" in times) return { shape, untimed: times.untimed, runs: 0, rows };
  const totalNs = rows.reduce((sum, { timeNs = 0 }) => sum + timeNs, 0);
  const shared = rows.map((row) => (row.timeNs === undefined ? row : { ...row, timeShare: row.timeNs / totalNs }));
  return { shape, runs: times.runs, rows: shared };
}

/** The passes of each row, as indices. */
export function rowsOf({ passes }: Plan): number[][] {
  if (passes.length <= MOST_ROWS) return passes.map((_, index) => [index]);
  const byKernel = new Map<string, number[]>();
  for (const [index, { code, entryPoint }] of passes.entries()) {
    const key = JSON.stringify([code, entryPoint]);
    byKernel.set(key, [...(byKernel.get(key) ?? []), index]);
  }
  return [...byKernel.values()];
}

function rowOf(indices: readonly number[], { passes }: Plan, times: PassTimes, roofline: Roofline): PassProfile {
  const { entryPoint } = passes[indices[0]!]!;
  const bytes = indices.reduce((sum, index) => sum + times.bytes[index]!, 0);
  const row = {
    passes: indices.map((index) => index + 1),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    bytes,
  };
  const known = "untimed" in times ? [] : indices.flatMap((index) => times.timesNs[index] ?? []);
  if (known.length === 0) return row;
  const timeNs = known.reduce((sum, one) => sum + one, 0);
  const ofOne = bytes / indices.length;
  const { bytesPerSecond } = roofsFor(roofline, { bytes: ofOne, flops: 0, hasIntegers: false, isCold: false });
  const memoryShare = (1e9 * bytes) / bytesPerSecond / timeNs;
  return { ...row, timeNs, ...(memoryShare <= MARGIN && { memoryShare }) };
}
