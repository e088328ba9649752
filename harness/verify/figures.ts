import type { CaseResult } from "../results/case-result.ts";
import { leadingCase } from "../results/verdict.ts";
import { isHonest, type Role } from "./kernels.ts";
import type { MutantOutcome } from "./mutation-run.ts";
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

/** @param all how many mutants each kernel has */
export function mutantFigures(outcomes: readonly MutantOutcome[], all: ReadonlyMap<string, number>): MutantFigures[] {
  return [...all].map(([kernel, count]) => {
    const own = outcomes.filter(({ job }) => job.kernel.name === kernel);
    const survivors = own.filter(({ verdict }) => verdict === "accepted");
    const explained = survivors.filter(({ explanation }) => explanation !== undefined);
    const sameFunction = explained.filter(({ explanation }) => explanation?.kind === "same-function").length;
    const uncompiled = own.filter(({ verdict }) => verdict === "compile-error").length;
    const late = own.filter(({ verdict }) => verdict === "time-limit").length;
    return {
      ...{ kernel, all: count, judged: own.length, uncompiled, late },
      refused: own.length - survivors.length - uncompiled - late,
      sameFunction,
      outOfSight: explained.length - sameFunction,
      unexplained: survivors.length - explained.length,
    };
  });
}
