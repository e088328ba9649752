import { group } from "d3-array";
import type { CaseResult } from "../results/case-result.ts";
import { leadingCase, type Verdict } from "../results/verdict.ts";
import type { Explanation } from "./equivalents.ts";
import { isHonest, type Role } from "./kernels.ts";
import type { MutantRecord } from "./mutant-record.ts";
import type { SweepResult } from "./sweep.ts";

/** A task's proof in numbers. */
export interface ProofFigures {
  readonly cases: number;
  readonly seeds: number;
  /** Lines of the task's folder, without golden values. */
  readonly lines: number;
  readonly honest: { readonly kernels: number; readonly accepted: number; readonly judged: number };
  readonly imprecise: { readonly kernels: number; readonly refused: number; readonly judged: number };
  readonly mistakes: { readonly kernels: number; readonly named: number; readonly judged: number };
  /** For each output with error bounds, the largest error of an honest kernel as a share of its bound. */
  readonly largestShares: Readonly<Record<string, number>>;
  /** The largest root-mean-square error of an honest kernel on `plain` data, as a multiple of the plain kernel's. */
  readonly largestPrecisionRatio: number;
  /** Milliseconds for all cases, by kernel. */
  readonly judgingMs: Readonly<Record<string, number>>;
  readonly mutants: readonly MutantFigures[];
}

/** The mutants of a kernel. */
export interface MutantFigures {
  readonly kernel: string;
  readonly all: number;
  readonly judged: number;
  readonly uncompiled: number;
  readonly refused: number;
  readonly late: number;
  /** Survivors that compute the same, as a rule or the task's list explains. */
  readonly sameFunction: number;
  /** Survivors that are wrong where no case can show it, likewise. */
  readonly outOfSight: number;
  readonly unexplained: number;
}

/**
 * The figures of the kernels whose verdicts are known.
 *
 * @param bounded the outputs that have error bounds
 */
export function kernelFigures(
  results: readonly SweepResult[],
  bounded: readonly string[],
): Omit<ProofFigures, "cases" | "seeds" | "lines" | "mutants"> {
  const of = (...roles: Role[]) => results.filter(({ kernel }) => roles.includes(kernel.role));
  const honest = results.filter(({ kernel }) => isHonest(kernel));
  const [imprecise, wrong] = [of("imprecise"), of("wrong")];
  const honestCases = honest.flatMap(({ outcome }) => (outcome.type === "cases" ? outcome.cases : []));
  const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);
  return {
    honest: { kernels: kernelCount(honest), accepted: honest.filter(isAccepted).length, judged: honest.length },
    imprecise: {
      kernels: kernelCount(imprecise),
      refused: imprecise.filter((one) => !isAccepted(one)).length,
      judged: imprecise.length,
    },
    mistakes: { kernels: kernelCount(wrong), named: wrong.filter(isNamed).length, judged: wrong.length },
    largestShares: Object.fromEntries(
      bounded.map((output) => [output, largest(honestCases.map((one) => sharesOf(one, bounded)[output] ?? 0))]),
    ),
    largestPrecisionRatio: largest(
      honestCases.filter(({ data }) => data === "plain").map(({ precisionRatio = 0 }) => precisionRatio),
    ),
    judgingMs: leastJudgingMs(of("plain", "tuned")),
  };
}

function kernelCount(results: readonly SweepResult[]): number {
  return new Set(results.map(({ kernel }) => kernel.name)).size;
}

function isAccepted({ outcome }: SweepResult): boolean {
  return outcome.type === "cases" && (leadingCase(outcome.cases)?.verdict ?? "accepted") === "accepted";
}

/** Whether a wrong kernel is refused for its own mistake. */
export function isNamed({ outcome, kernel }: SweepResult): boolean {
  return outcome.type === "cases" && outcome.mistake === (kernel.mistake ?? kernel.name);
}

/** The share of its bound that each output's largest error uses; none unless the case is accepted. */
export function sharesOf(
  { largestShare, largestShares }: CaseResult,
  bounded: readonly string[],
): Readonly<Record<string, number>> {
  if (largestShares !== undefined) return largestShares;
  return largestShare === undefined ? {} : { [bounded[0]!]: largestShare };
}

/** The shortest over the timed seeds: other processes only add time. */
export function leastJudgingMs(own: readonly SweepResult[]): Record<string, number> {
  const leastMs: Record<string, number> = {};
  for (const { kernel, outcome } of own) {
    if (outcome.type !== "cases" || outcome.judgingMs === undefined) continue;
    leastMs[kernel.name] = Math.min(outcome.judgingMs, leastMs[kernel.name] ?? outcome.judgingMs);
  }
  return leastMs;
}

/** @param kindOf why a survivor may survive; undefined if nothing explains it */
export function mutantFigures(
  records: readonly MutantRecord[],
  kindOf: (survivor: MutantRecord) => Explanation["kind"] | undefined,
): MutantFigures[] {
  return [...group(records, ({ kernel }) => kernel)].map(([kernel, own]) => {
    const count = (verdict: Verdict) => own.filter((one) => one.verdict === verdict).length;
    const judged = own.filter(({ verdict }) => verdict !== undefined).length;
    const kinds = own.filter(({ verdict }) => verdict === "accepted").map(kindOf);
    const [uncompiled, late] = [count("compile-error"), count("time-limit")];
    const sameFunction = kinds.filter((kind) => kind === "same-function").length;
    const unexplained = kinds.filter((kind) => kind === undefined).length;
    return {
      ...{ kernel, all: own.length, judged, uncompiled, late },
      refused: judged - kinds.length - uncompiled - late,
      sameFunction,
      outOfSight: kinds.length - sameFunction - unexplained,
      unexplained,
    };
  });
}
