import type { TaskPoints } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import { isInternalError, type Measured } from "../results/measurement.ts";
import type { NotTaken } from "../results/not-taken.ts";
import { speedPoints } from "../results/speed-rule.ts";
import type { Verdict } from "../results/verdict.ts";
import { count } from "../text/count.ts";
import { type CaseGroups, passedGroups } from "./case-groups.ts";

/** The points that an attempt earned, before lateness and adjustments. Points are exact, not rounded. */
export interface EarnedMark {
  /** `null` if there is no mark: it is held, or not graded yet. */
  readonly points: number | null;
  /** The possible points, without those that cannot be marked. */
  readonly max: number;
  readonly correctnessPoints: number | null;
  readonly speedPoints: number | null;
  /** The speed relative to the kernel that it was measured against; `null` if it was not measured. */
  readonly speedup: number | null;
  /** The reasons why it is not more, for people. */
  readonly remarks: readonly string[];
}

/** The reason why the speed at a task gives no points to anyone; empty if it does. */
export type SpeedGap = string;

/**
 * Verdicts that do not judge the submitted kernel. A candidate can cause them, so they must never take a task out of
 * the maximum.
 */
export function isHeld({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === "unsupported" || verdict === "harness-error";
}

/** The points that a task gives at most for speed. */
export function mostSpeedPoints({ points, correctness, speed }: TaskPoints): number {
  return speed === undefined ? 0 : (speed.table?.at(-1)?.[1] ?? points * (1 - correctness));
}

/**
 * Why a run cannot mark the speed at a task: its adapter is software, or none of its accepted submissions was measured
 * against the right baseline.
 *
 * @param attempts those at the task, of all candidates
 * @param isMeasured whether the run was to measure; undefined if that is not known
 */
export function speedGap(
  worth: TaskPoints,
  attempts: readonly Attempt[],
  isCounted: boolean,
  isMeasured: boolean | undefined,
): SpeedGap {
  if (mostSpeedPoints(worth) === 0) return "";
  if (!isCounted) return "speed is not marked on a software adapter";
  if (attempts.some(({ measurement }) => measurement !== null && !isOfOtherBaseline(worth, measurement))) return "";
  const isAccepted = attempts.some(({ verdict }) => verdict === "accepted");
  return isAccepted || isMeasured === false ? "speed was not measured" : "";
}

/**
 * Marks an attempt at a task.
 *
 * @param groups those of the task's cases; only needed if the attempt was judged
 * @param gap that of `speedGap`
 * @param notTaken files that the candidate probably meant for the task
 */
export function markAttempt(
  worth: TaskPoints,
  attempt: Attempt | undefined,
  groups: CaseGroups | undefined,
  gap: SpeedGap,
  notTaken: readonly NotTaken[] = [],
): EarnedMark {
  const mostSpeed = mostSpeedPoints(worth);
  const mostCorrectness = worth.points - mostSpeed;
  const max = gap === "" ? worth.points : mostCorrectness;
  if (attempt === undefined) return unmarked(max, "not graded yet");
  switch (attempt.verdict) {
    case "missing":
      return nothing(max, missingRemark(notTaken));
    case "unsupported":
      return unmarked(max, "held for manual review: this adapter lacks a feature that the plan requires");
    case "harness-error":
      return unmarked(max, "held for manual review: Kernelmark failed on it twice");
  }
  if (groups === undefined) throw new Error(`The case groups of ${attempt.task} are missing.`);
  const { share, remark } = correctnessOf(worth, attempt, groups);
  const correctnessPoints = mostCorrectness * share;
  const speed = markSpeed(worth, attempt, gap);
  const remarks = [remark, speed.remark].filter((text) => text !== "");
  if (speed.points === null) return { ...unmarked(max, ...remarks), correctnessPoints };
  return {
    points: correctnessPoints + speed.points,
    max: speed.isLeftOut ? mostCorrectness : max,
    correctnessPoints,
    speedPoints: speed.points,
    speedup: attempt.measurement?.state === "measured" ? attempt.measurement.speedup : null,
    remarks,
  };
}

/** The mark of code that comes with Kernelmark, if the assignment refuses it; `gap` is that of `speedGap`. */
export function refuseAttempt(worth: TaskPoints, gap: SpeedGap): EarnedMark {
  const max = gap === "" ? worth.points : worth.points - mostSpeedPoints(worth);
  return nothing(max, "code that comes with Kernelmark does not count");
}

function nothing(max: number, remark: string): EarnedMark {
  return { points: 0, max, correctnessPoints: 0, speedPoints: 0, speedup: null, remarks: [remark] };
}

/** `not submitted`, or `my_softmax.ts was not taken: its name is not that of a task`. */
function missingRemark([first, ...others]: readonly NotTaken[]): string {
  if (first === undefined) return "not submitted";
  const why = `${first.reason.charAt(0).toLowerCase()}${first.reason.slice(1).replace(/\.$/, "")}`;
  const more = others.length === 0 ? "" : `, nor ${count(others.length, "other file")}`;
  return `\`${first.path}\` was not taken${more}: ${why}`;
}

function unmarked(max: number, ...remarks: string[]): EarnedMark {
  return { points: null, max, correctnessPoints: null, speedPoints: null, speedup: null, remarks };
}

/** The share of the groups that passed, by their weights. */
function correctnessOf(
  { groups: rules = {} }: TaskPoints,
  { cases }: Attempt,
  groups: CaseGroups,
): { readonly share: number; readonly remark: string } {
  const weightOf = (name: string) => (Object.hasOwn(rules, name) ? (rules[name]!.weight ?? 1) : 1);
  const sum = (names: readonly string[]) => names.reduce((total, name) => total + weightOf(name), 0);
  const passed = passedGroups(groups, cases);
  if (passed.length === groups.size) return { share: 1, remark: "" };
  const all = [...groups.keys()];
  const isWeighted = all.some((name) => weightOf(name) !== 1);
  const weights = isWeighted ? ` (${sum(passed)} of ${sum(all)} by weight)` : "";
  return {
    share: sum(passed) / sum(all),
    remark: `${passed.length} of ${groups.size} groups of cases passed${weights}`,
  };
}

interface SpeedMark {
  readonly points: number | null;
  readonly remark: string;
  /** Whether the possible points leave out those for speed. */
  readonly isLeftOut: boolean;
}

function markSpeed(worth: TaskPoints, attempt: Attempt, gap: SpeedGap): SpeedMark {
  const { speed } = worth;
  const most = mostSpeedPoints(worth);
  const given = (points: number | null, remark: string): SpeedMark => ({ points, remark, isLeftOut: false });
  if (speed === undefined || most === 0) return given(0, "");
  if (attempt.verdict !== "accepted") return given(0, gap === "" ? "speed counts only if all cases pass" : gap);
  const { measurement } = attempt;
  if (gap !== "") return { points: 0, remark: `${gap}${indicativeSpeed(measurement)}`, isLeftOut: true };
  if (isInternalError(measurement)) {
    return given(null, "held for manual review: Kernelmark failed twice while measuring its speed");
  }
  if (measurement === null) return { points: 0, remark: "speed was not measured", isLeftOut: true };
  if (measurement.state === "failed") return given(0, `speed was not measured: ${measurement.message}`);
  if (isOfOtherBaseline(worth, measurement)) {
    const remark = `speed was measured against ${measurement.against}, not ${speed.against}`;
    return { points: 0, remark, isLeftOut: true };
  }
  if (measurement.isImplausible) {
    return given(0, "faster than this adapter can be: speed points await manual review");
  }
  return given(speedPoints(speed, { ...measurement, rooflineShare: rooflineShareOf(measurement) }, most), "");
}

/** A share of the roofline does not depend on the baseline. */
function isOfOtherBaseline({ speed }: TaskPoints, measurement: NonNullable<Attempt["measurement"]>): boolean {
  if (measurement.state === "failed" || speed?.roofline !== undefined) return false;
  return measurement.against !== speed?.against;
}

function indicativeSpeed(measurement: Attempt["measurement"]): string {
  if (measurement?.state !== "measured") return "";
  return ` (indicative: ${measurement.speedup.toFixed(2)}x as fast as ${measurement.against})`;
}

/** The geometric mean over the shapes, as for speedups. */
function rooflineShareOf({ shapes }: Measured): number {
  const logs = shapes.reduce((sum, { rooflineShare }) => sum + Math.log(rooflineShare), 0);
  return Math.exp(logs / shapes.length);
}
