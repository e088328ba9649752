import type { Estimates } from "../../reference/oracle.ts";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { Diagnosis, Symptoms } from "../judge/judge-submission.ts";
import type { FindMistaken } from "../judge/mistaken.ts";
import { type Trace, wholeEstimates } from "../judge/trace.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Finding } from "../results/finding.ts";
import type { Task } from "../task/task.ts";
import { Budget, OPERATIONS_OF_A_DIAGNOSIS, operationsToAnswer } from "./budget.ts";
import { findCasePattern } from "./case-pattern.ts";
import { findChangedInput } from "./changed-inputs.ts";
import { findInCode } from "./code-findings.ts";
import { likelyMistake, likelySlip } from "./known-mistakes.ts";
import { type Observed, observe } from "./observed.ts";
import { findPlace, type Marked, placeFinding, RIGHT_BY_CHANCE } from "./places.ts";
import { findPrecisionLoss, type Rounding, roundingOf } from "./precision.ts";
import { findRearrangement } from "./rearranged.ts";
import { findRepairs } from "./repairs.ts";
import { findRowCondition } from "./row-inputs.ts";
import { addedToWhatWasThere, findSmallErrors, howFinders, unstable } from "./values.ts";
import { findVectorRest } from "./vector-rest.ts";

/** Cases of one shape mostly show the same, so this many shapes of wrong cases are examined, and of correct ones. */
const MOST_SHAPES = 8;

/** Guesses at a cause, although not all say so. */
const EXPLAINED_BY_REPAIR: ReadonlySet<string> = new Set(["missing-barrier", "one-size-right", "unequal-sizes"]);

type Found = Omit<Diagnosis, "caseIndex">;

/**
 * The known mistake that explains the leading case, and all other findings about it.
 *
 * @param onEarly called with what is known before the candidate's kernel is changed and run again
 */
export async function diagnose(
  symptoms: Symptoms,
  findMistaken: FindMistaken,
  onEarly: (found: Found) => void = () => {},
): Promise<Found> {
  const { task, leading, traces, passes, locate } = symptoms;
  if (leading.evidence?.kind === "outside-writes") {
    return { mistake: undefined, findings: await findRepairs(symptoms) };
  }
  const found = await likelyMistake(task, traces, leading.index, findMistaken);
  const mistake = found && { name: found.name, about: found.about, hint: found.hint };
  const { findings, isExact } = findAll(symptoms, found !== undefined, findInCode(passes, locate));
  onEarly({ mistake, findings });
  const repairs = await findRepairs(symptoms);
  const observations = findings.filter(({ aspect, isGuess }) => aspect === "code" || !isGuess);
  if (repairs.length > 0) {
    return { mistake, findings: [...repairs, ...observations.filter(({ kind }) => !EXPLAINED_BY_REPAIR.has(kind))] };
  }
  const rest = findVectorRest(passes, symptoms.results, locate);
  if (rest !== undefined) return { mistake, findings: [rest, ...observations] };
  if (found !== undefined || isExact || leading.verdict !== "wrong-answer") return { mistake, findings };
  const slip = await likelySlip(task, traces, leading.index, findMistaken);
  // It reproduces the output, which other guesses only resemble.
  return { mistake, findings: slip === undefined ? findings : [slip, ...observations] };
}

interface Findings {
  readonly findings: Finding[];
  /** Whether one of them explains the wrong values, or why any value may be wrong. */
  readonly isExact: boolean;
}

/**
 * Findings about the leading case, the most informative first. A finding fits all wrong cases, or else the leading case
 * alone.
 *
 * @param isExplained whether one of the task's known mistakes explains the output: then no other cause is sought
 * @param codeFindings guesses from the code itself
 */
function findAll(
  { task, leading, results, traces, passes }: Symptoms,
  isExplained: boolean,
  codeFindings: readonly Finding[],
): Findings {
  const races = codeFindings.filter(({ kind }) => kind === "missing-barrier");
  const pattern = believable(findCasePattern(outcomesOf(results)), passes);
  const trace = traces.find(({ reference }) => reference.case.index === leading.index);
  const fromAfar = [...races, pattern].filter((finding) => finding !== undefined);
  const onlyFromAfar = { findings: fromAfar, isExact: false };
  if (trace === undefined) return onlyFromAfar;
  // Half of the budget is reserved for changed inputs.
  const budget = new Budget(OPERATIONS_OF_A_DIAGNOSIS / 2);
  const budgetOfChanges = new Budget(OPERATIONS_OF_A_DIAGNOSIS / 2);
  const lead = observe(task, trace, estimatesWithin(budget, task, trace));
  const rounding = roundingOf(passes);
  if (leading.verdict === "imprecise") {
    return { findings: [...findPrecisionLoss([lead], rounding), ...codeFindings], isExact: false };
  }
  const ofOtherShapes = traces.filter(({ reference }) => shapeOf(reference) !== shapeOf(trace.reference));
  const isWrong = ({ verdict }: Trace) => verdict === "wrong-answer";
  const wrong = [lead, ...looked(task, ofOtherShapes.filter(isWrong), budget)];
  const right = looked(task, traces.filter((one) => !isWrong(one)).toReversed(), budget);
  const outputs = wrongOutputs(leading, lead);
  const [main] = outputs;
  if (main === undefined || isClean(main)) return onlyFromAfar;
  const own = casesOf(wrong, main.output);
  const clean = [...wrong, ...right].map((one) => one.find(({ output }) => output === main.output)!).filter(isClean);

  const places = findPlaces(main, own, clean);
  const values = outputs
    .map((one) => findValues(casesOf(wrong, one.output), one, rounding))
    .find((found) => found !== undefined);
  // A race can give any result, so the wrong rows' inputs may have something in common by chance.
  const condition = races.length > 0 ? undefined : findRowCondition(task, [main, ...own.slice(1), ...clean]);
  const isCauseKnown = isExplained || values?.isExact === true;
  const changed =
    isCauseKnown || condition !== undefined ? undefined : findChangedInput(task, wrong, right, budgetOfChanges);
  const cause = isCauseKnown ? undefined : (condition ?? changed);
  const findings = [
    cause,
    values?.isExact ? values.finding : undefined,
    ...places.filter(({ kind }) => kind.startsWith("never-written")),
    ...(cause === undefined && !values?.isExact ? races : []),
    pattern,
    values?.isExact ? undefined : values?.finding,
    ...places.filter(({ kind }) => !kind.startsWith("never-written")),
    onlyOutput(task, main.output, wrong),
    unstableElsewhere(main, own),
    ...(cause !== undefined || values?.isExact ? races : []),
  ].filter((finding) => finding !== undefined);
  return {
    findings,
    isExact:
      values?.isExact === true ||
      changed !== undefined ||
      races.length > 0 ||
      lead.some(({ unwrittenCount }) => unwrittenCount > 0),
  };
}

/** A number that is hard-coded in place of a size is in the code. */
function believable(pattern: Finding | undefined, passes: Symptoms["passes"]): Finding | undefined {
  if (pattern?.kind !== "one-size-right") return pattern;
  const numbers = pattern.sentence.match(/(?<== )\d+/g) ?? [];
  const isWritten = numbers.some((number) => passes.some(({ code }) => new RegExp(`\\b${number}u?\\b`).test(code)));
  return isWritten ? pattern : undefined;
}

/** One case of each shape, the cheapest first. */
function looked(task: Task, traces: readonly Trace[], budget: Budget): Observed[][] {
  const byShape = new Map<string, Trace>();
  for (const trace of traces) {
    const key = shapeOf(trace.reference);
    if (!byShape.has(key)) byShape.set(key, trace);
  }
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  const sorted = [...byShape.values()].sort((a, b) => cost(a) - cost(b));
  // Small cases are cheap to explain, and large ones show where results end.
  const chosen = sorted.filter((_, at) => at < 2 || at >= sorted.length - (MOST_SHAPES - 2));
  return chosen.map((trace) => observe(task, trace, estimatesWithin(budget, task, trace)));
}

function shapeOf({ problem }: Trace["reference"]): string {
  return JSON.stringify(problem.shape);
}

/** Of the whole output; undefined if that exceeds the budget: then the plain kernel's output is used instead. */
function estimatesWithin(budget: Budget, task: Task, { reference }: Trace): Estimates | undefined {
  if (reference.plain === undefined) return reference.estimates;
  const { shape, params } = reference.problem;
  if (!isDiagnosable(task, reference) || !budget.take(operationsToAnswer(task.spec.flops(shape, params)))) {
    return undefined;
  }
  return wholeEstimates(task, reference);
}

/** The wrong outputs of the leading case, starting with the one shown in its evidence. */
function wrongOutputs({ evidence }: CaseResult, lead: readonly Observed[]): Observed[] {
  const shown = evidence?.kind === "wrong-elements" ? evidence.output : undefined;
  const rank = ({ output, wrongCount }: Observed) => (output === shown ? Number.POSITIVE_INFINITY : wrongCount);
  return lead.filter((one) => !isClean(one) || one.output === shown).sort((a, b) => rank(b) - rank(a));
}

function casesOf(cases: readonly (readonly Observed[])[], name: string): Observed[] {
  return cases.map((one) => one.find(({ output }) => output === name)!).filter((one) => !isClean(one));
}

function isClean({ wrongCount }: Observed): boolean {
  return wrongCount === 0;
}

/** From this share of unwritten elements among the wrong ones, "never written" is the only place reported. */
const MOSTLY = 0.9;

function findPlaces(lead: Observed, own: readonly Observed[], clean: readonly Observed[]): Finding[] {
  const { output } = lead;
  const unwritten = own.reduce((sum, { unwrittenCount }) => sum + unwrittenCount, 0);
  const wrong = own.reduce((sum, { wrongCount }) => sum + wrongCount, 0);
  const found: Finding[] = [];
  const isUnwritten = lead.unwrittenCount > 0;
  if (isUnwritten) {
    const marked = own
      .filter(({ unwrittenCount }) => unwrittenCount > 0)
      .map((observed): Marked => ({ observed, isMarked: observed.isUnwritten, count: observed.unwrittenCount }));
    const region = findPlace(marked, [...clean, ...own.filter(({ unwrittenCount }) => unwrittenCount === 0)]);
    found.push(
      region === undefined
        ? {
            aspect: "where",
            kind: "never-written",
            sentence: `Parts of \`${output}\` are never written.`,
            isGuess: false,
          }
        : placeFinding(output, "never written", region),
    );
  }
  if (!isUnwritten || unwritten < MOSTLY * wrong) {
    const region = findPlace(
      own.map((observed): Marked => ({ observed, isMarked: observed.isWrong, count: observed.wrongCount })),
      clean,
      RIGHT_BY_CHANCE,
    );
    if (region !== undefined) found.push(placeFinding(output, "wrong", region));
  }
  return found;
}

interface ValueFinding {
  readonly finding: Finding;
  readonly isExact: boolean;
}

/** Findings that describe values, but do not explain them. */
const INEXACT: ReadonlySet<string> = new Set(["not-finite", "not-normalised", "zeros", "constant"]);

/** A finding that fits all cases, or else the leading one. */
function findValues(cases: readonly Observed[], lead: Observed, rounding: Rounding): ValueFinding | undefined {
  const written = cases.filter(({ wrongCount, unwrittenCount }) => wrongCount > unwrittenCount);
  if (!written.includes(lead)) {
    // Without a second run, a sum that starts from the previous contents looks unwritten.
    const added = lead.again === undefined && written.length > 0 ? addedToWhatWasThere(written) : undefined;
    return added && { finding: added, isExact: true };
  }
  return findSharedValues(written, lead, rounding) ?? findSharedValues([lead], lead, rounding);
}

function findSharedValues(
  informative: readonly Observed[],
  lead: Observed,
  rounding: Rounding,
): ValueFinding | undefined {
  for (const find of howFinders) {
    const found = find === unstable ? unstable([lead]) : find(informative);
    // If invocations race because they write to the wrong places, the rearrangement says more.
    const finding = found?.kind === "unstable" ? (findRearrangement(informative) ?? found) : found;
    if (finding !== undefined) return { finding, isExact: !INEXACT.has(finding.kind) };
  }
  const rearranged = findRearrangement(informative);
  if (rearranged !== undefined) return { finding: rearranged, isExact: true };
  const last = findSmallErrors(informative, rounding);
  return last && { finding: last, isExact: false };
}

/** If invocations race only on other cases, the finding says so. */
function unstableElsewhere(lead: Observed, own: readonly Observed[]): Finding | undefined {
  if (unstable([lead]) !== undefined) return undefined;
  const found = unstable(own);
  return found && { ...found, sentence: `On other cases, ${found.sentence}` };
}

/** Cases that were stopped or refused count as wrong: a pattern of the wrong cases must fit them too. */
function outcomesOf(results: readonly CaseResult[]) {
  return results
    .filter(({ verdict }) => verdict !== "unsupported")
    .map(({ shape, params, data, verdict }) => ({ shape, params, data, isRight: verdict === "accepted" }));
}

function onlyOutput(task: Task, main: string, wrong: readonly (readonly Observed[])[]): Finding | undefined {
  const others = task.spec.outputs.map(({ name }) => name).filter((name) => name !== main);
  if (others.length === 0 || others.some((name) => casesOf(wrong, name).length > 0)) return undefined;
  const names = others.map((name) => `\`${name}\``).join(" and ");
  const sentence = `Only \`${main}\` is wrong: ${names} ${others.length === 1 ? "is" : "are"} correct.`;
  return { aspect: "where", kind: "one-output", sentence, isGuess: false };
}
