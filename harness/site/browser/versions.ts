import { VERDICTS, type Verdict } from "../../results/verdict.ts";
import type { SubmissionTexts } from "../site-data.ts";

/** A submission as it was once, and what became of it. */
export interface Version extends SubmissionTexts {
  /** In ISO 8601; distinguishes the versions of a task. */
  readonly at: string;
  readonly outcome: Outcome;
}

export type Outcome =
  /** Replaced by the starter, a shared submission or another version. */
  | { readonly kind: "replaced" }
  | { readonly kind: "check"; readonly verdict: Verdict; readonly passed: number; readonly caseCount: number }
  | ({ readonly kind: "bench" } & BenchSummary);

/** A measurement, as far as it is kept. */
export interface BenchSummary {
  /** The baseline: `plain` or `tuned`. */
  readonly against: string;
  readonly adapter: string;
  /** The browser, as people call it: `Chrome 143`. */
  readonly browser: string;
  readonly clock: "timestamps" | "wall-clock";
  /** The geometric mean of the shapes' estimates. */
  readonly speedup: number;
  readonly shapes: readonly BenchShape[];
}

/** A shape's speed relative to the baseline, with its 95 % interval. */
export interface BenchShape {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly rooflineShare: number;
}

export const MOST_VERSIONS = 30;

/** Adds the newest version in front. If there are too many, the oldest without a success is dropped, or the oldest. */
export function withVersion(versions: readonly Version[], added: Version): Version[] {
  const all = [added, ...versions.filter((one) => !isRepeatOf(one, added))];
  if (all.length <= MOST_VERSIONS) return all;
  const dropped = all.findLastIndex(({ outcome }) => !isSuccess(outcome));
  return all.toSpliced(dropped > 0 ? dropped : -1, 1);
}

function isSuccess(outcome: Outcome): boolean {
  return outcome.kind === "bench" || (outcome.kind === "check" && outcome.verdict === "accepted");
}

/** The same files with the same result: only the time is new. */
function isRepeatOf(one: Version, added: Version): boolean {
  if (!hasSameFiles(one, added)) return false;
  if (added.outcome.kind === "replaced") return false;
  if (one.outcome.kind === "replaced") return true;
  return (
    one.outcome.kind === "check" && added.outcome.kind === "check" && one.outcome.verdict === added.outcome.verdict
  );
}

export function hasSameFiles(one: SubmissionTexts, other: SubmissionTexts): boolean {
  return one.module === other.module && one.kernel === other.kernel;
}

/** Versions from the browser's storage, which may have been written by anything: those that are whole. */
export function readVersions(stored: unknown): Version[] {
  return Array.isArray(stored) ? stored.filter(isVersion).slice(0, MOST_VERSIONS) : [];
}

function isVersion(value: unknown): value is Version {
  if (!isRecord(value) || !isTexts(value) || !isTime(value.at)) return false;
  const { outcome } = value;
  if (!isRecord(outcome)) return false;
  switch (outcome.kind) {
    case "replaced":
      return true;
    case "check":
      return VERDICTS.includes(outcome.verdict as Verdict) && isNumber(outcome.passed) && isNumber(outcome.caseCount);
    case "bench":
      return (
        [outcome.against, outcome.adapter, outcome.browser].every((text) => typeof text === "string") &&
        ["timestamps", "wall-clock"].includes(outcome.clock as string) &&
        isNumber(outcome.speedup) &&
        Array.isArray(outcome.shapes) &&
        outcome.shapes.every(isShape)
      );
    default:
      return false;
  }
}

function isShape(value: unknown): boolean {
  if (!isRecord(value) || typeof value.name !== "string") return false;
  return [value.estimate, value.low, value.high, value.rooflineShare].every(isNumber);
}

export function isTexts(value: unknown): value is SubmissionTexts {
  return isRecord(value) && typeof value.module === "string" && typeof value.kernel === "string";
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
