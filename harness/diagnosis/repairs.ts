import { platform } from "#platform";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { Locate, Symptoms } from "../judge/judge-submission.ts";
import type { Rejudge } from "../judge/rejudge.ts";
import type { RepairKind } from "../mutation/repairs/repair.ts";
import { type RepairedModule, repairsOf } from "../mutation/repairs/repairs.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Finding } from "../results/finding.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { positionAt } from "../text/position.ts";
import { unguardedUsesIn } from "./code-findings.ts";
import { planTrials } from "./plan-trials.ts";
import { batchesOf, type Trial, verdictsOf, withBounds } from "./repair-trials.ts";
import { severalBarriersFor } from "./several-barriers.ts";

/** Dispatches of all trials together, with a part of each trial's share in compiling. */
const MOST_WORK = 1000;
const DISPATCHES_AT_ONCE = 16;
/** Processor time: of the wrong kernel on the cheapest failing case, and after which no more trials begin. */
const MOST_CASE_MS = 500;
const MOST_MS = 8000;
/** After which no trial goes on, not even one that has passed some cases. */
const MOST_CONFIRMING_MS = 15_000;
const MOST_CONFIRMED = 5;
const MOST_NAMED = 2;

/**
 * Changes of the candidate's own kernel that make the wrong cases correct: the strongest explanation there is, with its
 * line. A change must pass the cheapest wrong case, some more of other shapes and kinds of data, and correct ones.
 */
export async function findRepairs(symptoms: Symptoms): Promise<Finding[]> {
  const { task, results, rejudge } = symptoms;
  const cases = confirmingCases(task, results);
  const [screening] = cases;
  const plan = screening && rejudge?.planOf(screening.index);
  if (rejudge === undefined || plan === undefined) return [];
  const startMs = platform.processorMs();
  const [verdict] = await rejudge.verdicts(screening!.index, [plan]);
  const spentMs = () => platform.processorMs() - startMs;
  if (verdict === undefined || verdict === "accepted" || spentMs() > MOST_CASE_MS) return [];
  let left = MOST_WORK;
  const workOfTrial = 1 + plan.passes.length / DISPATCHES_AT_ONCE;
  // Many changes avoid what is imprecise; only the removal of a rounding says why it is.
  const kind = verdict === "imprecise" ? "half" : undefined;
  const isOfData = dependsOnData(results);
  for await (const batches of listsOf(rejudge, plan, screening!, kind)) {
    const found: Trial[] = [];
    for await (const batch of batches) {
      if (left <= 0 || spentMs() > MOST_MS) break;
      left -= batch.length * workOfTrial;
      const likely = isOfData ? batch.filter(({ kind: own }) => own === undefined || !OF_ALL_DATA.has(own)) : batch;
      found.push(...(await passing(rejudge, cases, likely, spentMs)));
    }
    const best = found.length > 0 ? bestOf(found) : undefined;
    if (best !== undefined) return best.length > 0 ? [findingOf(best, symptoms)] : [];
    if (left <= 0 || spentMs() > MOST_MS) break;
  }
  return [];
}

/** Mistakes that show on all data, random ones too: a change of such a kind that avoids what fails on other data is none. */
const OF_ALL_DATA: ReadonlySet<RepairKind> = new Set(["layout", "one-off", "offset", "builtin", "workgroup-size"]);

/** Whether `plain` data are right in the shapes of wrong cases. */
function dependsOnData(results: readonly CaseResult[]): boolean {
  const key = ({ shape, params }: CaseResult) => JSON.stringify([shape, params]);
  const plain = results.filter(({ data }) => data === "plain");
  const right = new Set(plain.filter(({ verdict }) => verdict === "accepted").map(key));
  const wrong = results.filter(({ verdict }) => verdict === "wrong-answer");
  return wrong.length > 0 && wrong.every((one) => one.data !== "plain") && wrong.some((one) => right.has(key(one)));
}

/**
 * The best of the trials that pass. Races may end well by chance, so a barrier must also separate the uses of workgroup
 * memory; a tree over some of the lanes tells more than another number that happens to make up for it; and fewer
 * workgroups suffice.
 */
function bestOf(found: readonly Trial[]): readonly Trial[] {
  const [first] = found;
  if (first!.kind === "barrier") {
    const safe = found.filter(({ repaired }) => unguardedUsesIn(repaired!).length === 0);
    if (safe.length > 0) return safe.slice(0, 1);
    // The unguarded use itself, which the code shows, says more than a barrier that leaves it as it is.
    const source = first!.place?.code;
    return source !== undefined && unguardedUsesIn(source).length > 0 ? [] : found.slice(0, 1);
  }
  const trees = found.filter(({ kind }) => kind === "tree");
  if (trees.length > 0) return trees.slice(0, 1);
  if (first!.kind === "guard") return [first!];
  const distinct = found.filter(({ cause }, at) => found.findIndex((other) => other.cause === cause) === at);
  return distinct.slice(0, MOST_NAMED);
}

function hasUnwritten({ evidence }: CaseResult): boolean {
  return evidence?.kind === "wrong-elements" && evidence.neverWrittenCount > 0;
}

/** The case, of those that confirm a trial, that it passes in repeated runs. */
const REPEATED = 1;

/** The trials that pass all cases. */
async function passing(
  rejudge: Rejudge,
  cases: readonly CaseResult[],
  batch: readonly Trial[],
  spentMs: () => number,
): Promise<Trial[]> {
  let left = [...batch];
  for (const [at, one] of cases.entries()) {
    if (left.length === 0) return [];
    const isOver = () => spentMs() > (at === 0 ? MOST_MS : MOST_CONFIRMING_MS);
    const verdicts = await verdictsOf(rejudge, one, left, at !== REPEATED, isOver);
    left = left.filter((_, trial) => verdicts[trial] === "accepted");
  }
  return [...left];
}

/** Lists of changes, the most telling first: of each of a plan's modules, and of the plan behind those with one remedy. */
async function* listsOf(
  rejudge: Rejudge,
  plan: Plan,
  screening: CaseResult,
  kind: RepairKind | undefined,
): AsyncGenerator<AsyncIterable<Trial[]>> {
  const sources = [...new Set(plan.passes.map(({ code }) => code))];
  // Where invocations are stopped already, a scratch buffer that is too small is as likely.
  const isGuarded = sources.some((source) => GUARD.test(source));
  const writesOutside = screening.evidence?.kind === "outside-writes" && !isGuarded;
  const made = sources.map((source) => ({ source, lists: repairsOf(source, writesOutside) }));
  for (let list = 0; ; list++) {
    const next = made.map(({ source, lists }) => ({ source, repairs: lists.next() }));
    if (next.every(({ repairs }) => repairs.done === true)) return;
    yield ofModules(rejudge, plan, next, kind);
    if (list === LISTS_BEFORE_PLAN && kind === undefined) {
      yield only(planTrials(plan, screening.shape, hasUnwritten(screening)).map(withBounds));
    }
  }
}

const LISTS_BEFORE_PLAN = 1;
const GUARD = /\bif \([^{]*>=[^{]*\)\s*\{\s*return\b/;

async function* only(batch: Trial[]): AsyncGenerator<Trial[]> {
  if (batch.length > 0) yield batch;
}

async function* ofModules(
  rejudge: Rejudge,
  plan: Plan,
  modules: readonly { readonly source: string; readonly repairs: IteratorResult<RepairedModule[]> }[],
  kind: RepairKind | undefined,
): AsyncGenerator<Trial[]> {
  for (const { source, repairs } of modules) {
    if (repairs.done === true) continue;
    const wanted = repairs.value.filter((repair) => kind === undefined || repair.kind === kind);
    yield* batchesOf(rejudge, plan, source, wanted);
    if (wanted.some((repair) => repair.kind === "barrier")) yield* barriersOf(rejudge, plan, source, wanted);
  }
}

async function* barriersOf(
  rejudge: Rejudge,
  plan: Plan,
  source: string,
  repairs: readonly RepairedModule[],
): AsyncGenerator<Trial[]> {
  const areValid = await rejudge.areValid(repairs.map(({ code }) => code));
  const valid = new Set(repairs.filter((_, at) => areValid[at]).map(({ code }) => code));
  const several = severalBarriersFor(source, (code) => valid.has(code));
  if (several !== undefined) yield* batchesOf(rejudge, plan, source, [several]);
}

/** Wrong cases, the cheapest first, of several shapes and kinds of data; then a correct one. */
function confirmingCases(task: Task, results: readonly CaseResult[]): CaseResult[] {
  const cost = ({ shape, params }: CaseResult) => task.spec.flops(shape, params);
  const sorted = [...results].sort((a, b) => cost(a) - cost(b));
  const isSmall = (one: CaseResult) =>
    isDiagnosable(task, { case: { ...one, task: task.spec.name } }) &&
    Object.values(one.shape).every((size) => size <= LARGEST_SIZE);
  const wrong = sorted.filter(({ verdict }) => verdict === "wrong-answer" || verdict === "imprecise");
  const small = wrong.filter(isSmall);
  const usable = small.length >= FEWEST_WRONG ? small : wrong.slice(0, FEWEST_WRONG);
  const isTelling = ({ shape }: CaseResult) => Object.values(shape).filter((size) => size === 1).length < 2;
  const screening = usable.find(isTelling) ?? usable[0];
  if (screening === undefined) return [];
  const others = usable.filter((one) => one !== screening);
  const right = sorted.filter((one) => one.verdict === "accepted" && isSmall(one) && isTelling(one));
  return [screening, ...spread(others, MOST_CONFIRMED - 2), ...right.slice(right.length / 2).slice(0, 1)];
}

const FEWEST_WRONG = 3;
/** Loops of trials end after this many rounds and more. */
const LARGEST_SIZE = 5000;

/** This many at even distances, including the last one. */
function spread<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(most, all.length);
  return Array.from({ length: count }, (_, at) => all[Math.floor(((at + 1) * all.length) / count) - 1]!);
}

function findingOf(trials: readonly Trial[], { locate }: Symptoms): Finding {
  const [first, second] = trials.map((trial) => ({ ...trial, place: trial.place && ownPlace(trial.place, locate) }));
  const finding = { aspect: "why", kind: "repair", isGuess: true } as const;
  if (second === undefined) {
    const sentence = `Likely cause: ${first!.cause}; changed so, the failing cases pass.`;
    return { ...finding, sentence, ...(first!.place && { place: first!.place }) };
  }
  const at = (place: Finding["place"]) => (place === undefined ? "" : ` (${place.file}:${place.line})`);
  const sentence = `Likely cause: ${first!.cause}${at(first!.place)}; or else, ${second.cause}${at(second.place)}. Either change makes the failing cases pass.`;
  return { ...finding, sentence };
}

function ownPlace({ code, offset }: NonNullable<Trial["place"]>, locate: Locate): NonNullable<Finding["place"]> {
  const { file, line } = locate({ code, ...positionAt(code, offset), length: 1 });
  return { file, line };
}
