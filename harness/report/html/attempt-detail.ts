import type { Attempt, AttemptTimings } from "../../results/attempt.ts";
import type { CaseResult } from "../../results/case-result.ts";
import { describeWrongElements, type ElementEvidence, type Evidence } from "../../results/evidence.ts";
import type { Measurement, ShapeMeasurement } from "../../results/measurement.ts";
import { type Case, describeCase } from "../../task/case.ts";
import { findingSentence, furtherFindings } from "../terminal/findings-text.ts";
import type { AttemptDetail, CaseDetail, CaseHead, MeasurementDetail, ShapeDetail, SpeedHead } from "./index-data.ts";
import { rounded } from "./rounded.ts";

/** Enough to plot the distribution of samples. */
const QUANTILES = 21;

/** The data that only the page of this attempt shows. */
export function attemptDetail(attempt: Attempt, files: readonly number[]): AttemptDetail {
  const { file, hash, message, evidence, log, remarks, startedAt, durationMs, timings } = attempt;
  return {
    file,
    hash,
    message,
    evidence: evidence && shortEvidence(evidence, attempt.mistake),
    findings: furtherFindings(attempt).map(findingSentence),
    log,
    remarks,
    startedAt,
    durationMs: Math.round(durationMs),
    timings: roundedTimings(timings),
    files,
    cases: attempt.cases.map((result) => caseDetail(result, attempt.mistake)),
    measurement: measurementDetail(attempt.measurement),
  };
}

/** The part of a case that is the same for all candidates. */
export function caseHead({ index, shape, params, data, group }: Omit<Case, "task">): CaseHead {
  return { index, sizes: describeCase({ shape, params, data: "" }), data, group };
}

function caseDetail(result: CaseResult, mistake: Attempt["mistake"]): CaseDetail {
  const { index, verdict, message, evidence, remarks, largestShare, precisionRatio } = result;
  return {
    index,
    verdict,
    message: isSaidElsewhere(result) ? "" : message,
    evidence: evidence && shortEvidence(evidence, mistake),
    remarks,
    share: rounded(largestShare, 2),
    precision: rounded(precisionRatio, 2),
  };
}

function isSaidElsewhere({ verdict, message, evidence }: CaseResult): boolean {
  if (verdict === "accepted") return true;
  return evidence?.kind === "wrong-elements" && message === `${describeWrongElements(evidence)}.`;
}

/** Omits the mistake that the attempt names, and rounds to the digits that the page shows. */
function shortEvidence(evidence: Evidence, mistake: Attempt["mistake"]): Evidence {
  if (evidence.kind !== "wrong-elements") return evidence;
  const { mistake: own, ...rest } = evidence;
  const short = { ...rest, first: shortElement(evidence.first), worst: shortElement(evidence.worst) };
  return own === undefined || own.name === mistake?.name ? short : { ...short, mistake: own };
}

/** Nine digits distinguish every f32 from its neighbours. */
function shortElement({ index, expected, got, bound }: ElementEvidence): ElementEvidence {
  const short = (value: number | string) => (typeof value === "number" ? Number(value.toPrecision(9)) : value);
  return { index, expected: short(expected), got: short(got), bound: Number(bound.toPrecision(4)) };
}

function roundedTimings(timings: AttemptTimings): AttemptTimings {
  const rounds = Object.entries(timings).map(([name, value]) => [name, rounded(value, 3) ?? 0]);
  return Object.fromEntries(rounds) as AttemptTimings;
}

/** The part of a measurement that tables and plots of a whole run show; null if there are no figures. */
export function speedHead(measurement: Measurement | null): SpeedHead | null {
  if (measurement?.state !== "measured") return null;
  return {
    mean: rounded(measurement.speedup, 4) ?? 0,
    isImplausible: measurement.isImplausible,
    shapes: measurement.shapes.map(({ name, speedup, candidateNs, bytes, flops, rooflineShare }) => {
      const short = (value: number) => rounded(value, 4) ?? 0;
      const { estimate, low, high } = speedup;
      return {
        name,
        estimate: short(estimate),
        low: short(low),
        high: short(high),
        candidateNs: short(candidateNs),
        bytes,
        flops,
        rooflineShare: short(rooflineShare),
      };
    }),
  };
}

export function measurementDetail(measurement: Measurement | null): MeasurementDetail | null {
  if (measurement?.state !== "measured") return measurement;
  const { state, against, clock, tickNs, budgetMs, shapes, findings } = measurement;
  return {
    ...{ state, against, clock, tickNs, budgetMs },
    shapes: shapes.map(shapeDetail),
    findings: findings.map(findingSentence),
  };
}

function shapeDetail(measured: ShapeMeasurement): ShapeDetail {
  const { name, shape, params, yardstickNs, noiseFloor, stoppedBy, runsPerSample, inputSets, checkedOutputs } =
    measured;
  const ratios = measured.samples.map(([candidate, yardstick]) => yardstick / candidate).sort((a, b) => a - b);
  return {
    name,
    sizes: describeCase({ shape, params, data: "" }),
    yardstickNs: Math.round(yardstickNs),
    floorLow: rounded(noiseFloor.low, 4) ?? 1,
    floorHigh: rounded(noiseFloor.high, 4) ?? 1,
    stoppedBy,
    sampleCount: ratios.length,
    runsPerSample,
    inputSets,
    checkedOutputs,
    quantiles: quantiles(ratios),
  };
}

/** Quantiles of sorted values; all values if they are few. */
function quantiles(sorted: readonly number[]): number[] {
  if (sorted.length <= QUANTILES) return sorted.map((value) => rounded(value, 3)!);
  return Array.from({ length: QUANTILES }, (_, part) => {
    return rounded(sorted[Math.round((part / (QUANTILES - 1)) * (sorted.length - 1))]!, 3)!;
  });
}
