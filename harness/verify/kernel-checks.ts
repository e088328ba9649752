import { group } from "d3-array";
import type { Places } from "../catalog/task-places.ts";
import { leadingCase, type Verdict } from "../results/verdict.ts";
import { describeCase } from "../task/case.ts";
import { count } from "../text/count.ts";
import type { UnseenRounding } from "./f16-variants.ts";
import { isNamed, leastJudgingMs, sharesOf } from "./figures.ts";
import { originOfVariant } from "./kernel-origin.ts";
import { isHonest, type Role } from "./kernels.ts";
import type { SweepResult } from "./sweep.ts";
import { checked, type ProofCheck } from "./task-proof.ts";

/** If no honest kernel uses more of a bound than this, the bound may let wrong kernels pass. */
const LOOSE_SHARE = 0.01;

/**
 * The checks of kernels whose verdicts are known, from their verdicts under some seeds.
 *
 * @param bounded the outputs that have error bounds
 * @param unseen values whose rounding to f16 cannot show
 */
export function kernelChecks(
  results: readonly SweepResult[],
  places: Places,
  bounded: readonly string[],
  unseen: readonly UnseenRounding[] = [],
): ProofCheck[] {
  const of = (...roles: Role[]) => results.filter(({ kernel }) => roles.includes(kernel.role));
  const [own, starter, wrong, honest, limited, imprecise] = [
    of("plain", "tuned"),
    of("starter"),
    of("wrong"),
    of("honest"),
    of("limited"),
    of("imprecise"),
  ];
  const accepted = (some: readonly SweepResult[], place: (result: SweepResult) => string) =>
    some
      .filter((result) => verdictOf(result) === "accepted")
      .map((result) => `${place(result)} is accepted, seed ${result.seed}`);
  return [
    checked(
      "plain and tuned accepted",
      extentOf(own),
      own.flatMap((result) => rejection(result, `${places.kernel(result.kernel.name)}: the kernel`)),
      "Correct the kernel. If its error is honest, correct the reference's bound.",
    ),
    checked(
      "starter compiles, and is not yet correct",
      "",
      starter.flatMap((one) => starterProblem(one, places)),
      "Move the marks in plain.wgsl.",
    ),
    checked(
      "each mistake caught and named, and only it",
      extentOf(wrong),
      wrong.flatMap((result) => mistakeProblem(result, places)),
      "Add data or a shape on which the mistake shows, or change the edit.",
    ),
    checked(
      "honest variants accepted",
      extentOf(honest),
      honest.flatMap((result) => rejection(result, `${placeOf(result, places)}: with ${result.kernel.name}, it`)),
      "The reference's bound is too narrow: allow this order of operations.",
    ),
    checked(
      "f16 variants refused",
      extentOf(imprecise),
      accepted(imprecise, (result) => `${placeOf(result, places)}: ${result.kernel.name}`),
      "The bound is too wide, or no case shows this rounding.",
      unseenNotes(unseen),
    ),
    ...(limited.length === 0
      ? []
      : [
          checked(
            "kernels correct in part of a range refused",
            extentOf(limited),
            accepted(limited, ({ kernel }) => kernel.name),
            "Add data at the ends of the range.",
          ),
        ]),
    boundsCheck(
      results.filter(({ kernel }) => isHonest(kernel)),
      bounded,
      places,
    ),
    timeCheck(own),
  ];
}

/** `no variant of 3 statements: a constant, not a computed value`. */
function unseenNotes(unseen: readonly UnseenRounding[]): string[] {
  const byReason = group(unseen, ({ reason }) => reason);
  return Array.from(byReason, ([reason, some]) => `no variant of ${count(some.length, "statement")}: ${reason}`);
}

function placeOf({ kernel }: SweepResult, places: Places): string {
  return places.kernel(originOfVariant(kernel.name));
}

/** `16 kernels, 50 seeds, 236 verdicts` */
function extentOf(results: readonly SweepResult[]): string {
  const kernels = new Set(results.map(({ kernel }) => kernel.name)).size;
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  const verdicts = results.length === kernels * seeds ? [] : [count(results.length, "verdict")];
  return [count(kernels, "kernel"), count(seeds, "seed"), ...verdicts].join(", ");
}

function verdictOf({ outcome }: SweepResult): Verdict {
  return outcome.type === "ended" ? outcome.verdict : (leadingCase(outcome.cases)?.verdict ?? "accepted");
}

function rejection({ outcome, seed }: SweepResult, subject: string): string[] {
  if (outcome.type === "ended") return [`${subject} ended with ${outcome.verdict}, seed ${seed}: ${outcome.message}`];
  const bad = outcome.cases.find(({ verdict }) => verdict !== "accepted" && verdict !== "unsupported");
  return bad === undefined ? [] : [`${subject} is refused on ${describeCase(bad)}, seed ${seed}: ${bad.message}`];
}

function starterProblem(result: SweepResult, places: Places): string[] {
  const verdict = verdictOf(result);
  if (verdict === "wrong-answer") return [];
  if (verdict === "accepted")
    return [`${places.kernel("plain", "not in the starter")}: the starter is already correct`];
  return rejection(result, `${places.kernel("plain")}: the starter`);
}

function mistakeProblem(result: SweepResult, places: Places): string[] {
  const { outcome, seed, kernel } = result;
  const place = `${places.mistake(kernel.mistake ?? kernel.name)}: mistake "${kernel.name}"`;
  if (outcome.type === "ended") return [`${place} ended with ${outcome.verdict}, seed ${seed}: ${outcome.message}`];
  const verdict = verdictOf(result);
  if (verdict === "accepted") return [`${place}: no case catches it, seed ${seed}`];
  if (verdict !== "wrong-answer") return rejection(result, place);
  if (isNamed(result)) return [];
  const named = outcome.mistake === undefined ? "is caught but not named" : `is named "${outcome.mistake}"`;
  return [`${place} ${named}, seed ${seed}`];
}

interface Share {
  readonly output: string;
  readonly share: number;
  readonly where: string;
}

/** Each output must use its bound: a narrow bound of another says nothing about it. */
function boundsCheck(honest: readonly SweepResult[], bounded: readonly string[], places: Places): ProofCheck {
  const largest = new Map(bounded.map((output): [string, Share] => [output, { output, share: 0, where: "no case" }]));
  for (const { outcome, kernel } of honest) {
    for (const one of outcome.type === "cases" ? outcome.cases : []) {
      for (const [output, share] of Object.entries(sharesOf(one, bounded))) {
        if (share <= (largest.get(output)?.share ?? Number.POSITIVE_INFINITY)) continue;
        largest.set(output, { output, share, where: `${kernel.name}; ${describeCase(one)}` });
      }
    }
  }
  const shares = [...largest.values()];
  const loose = shares.filter(({ share }) => share < LOOSE_SHARE);
  const text = ({ output, share }: Share) => `${bounded.length > 1 ? `${output} ` : ""}${percent(share)}`;
  return checked(
    "bounds used by honest kernels",
    shares.length === 0 ? "no bounds" : `${shares.map(text).join(", ")} at most`,
    loose.map(
      ({ output, share, where }) =>
        `${places.reference}: no honest kernel uses 1 % of the bound of ${output} (${percent(share)}: ${where})`,
    ),
    "The bound is too wide: bound sums by `sum(terms, roundings)`, or choose narrower ranges.",
    shares.filter(({ share }) => share >= LOOSE_SHARE).map((one) => `${text(one)}: ${one.where}`),
  );
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function timeCheck(own: readonly SweepResult[]): ProofCheck {
  const times = Object.entries(leastJudgingMs(own)).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)} s`);
  return checked("time to judge a submission", times.join(", "), [], "");
}
