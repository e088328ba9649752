import { evaluate, type Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import type { Program, ProgramProblem } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import {
  type ElementEvidence,
  jsonNumber,
  type LostPrecision,
  type OutsideWrites,
  type WrongElements,
} from "../results/evidence.ts";
import { integerOutputs, outputSizes } from "../task/case.ts";
import { dimSizes } from "../task/dims.ts";
import type { Task } from "../task/task.ts";
import { drawGuardZones, findOutsideWrites } from "./guard-zones.ts";
import { wrongPicture } from "./picture.ts";
import { drawPoison, type PoisonKind } from "./poison.ts";
import type { CaseReference } from "./reference.ts";
import { suspectCount, suspectUnits } from "./sample.ts";
import { Tally, type WrongElement } from "./tally.ts";

/**
 * The root-mean-square error may be this many times that of the plain kernel (docs/judging.md, "Precision").
 *
 * On other data than `plain`, honest kernels differ more: near 10,000, `exp(x - (max + log(sum)))` rounds at the size of
 * the maximum, and is 1,100 times as far off as `exp(x - max) / sum`, the most of all honest variants.
 */
export const PRECISION_LIMIT = { plain: 32, otherData: 4096 };

/** The precision limit on a kind of data. */
export function precisionLimit(data: string): number {
  return data === "plain" ? PRECISION_LIMIT.plain : PRECISION_LIMIT.otherData;
}

/**
 * The poisons of a case's runs, to catch races and kernels that depend on memory contents. The first poison is NaNs, so
 * that unwritten elements never pass. The first run is also guarded (guard-zones.ts): a bounds check may be missing for
 * large shapes alone, whose cases may take too long to repeat.
 */
const POISONS: readonly PoisonKind[] = ["nan", "plausible", "nan"];

/**
 * Cases up to this size are repeated: small ones show races as well. The size decides rather than the time of a run, so
 * that a busy machine judges like an idle one.
 */
const REPEATED_FLOPS = 1e6;
const REPEATED_ELEMENTS = 1e5;

/** All runs of a case with an extremely slow kernel take at most this. */
const REPEAT_WITHIN_MS = 1000;

/** Elements in a unit that differ from the plain kernel by more than this share of the unit's size look wrong. */
const LOOKS_WRONG = 1e-3;

/** The judgement of a case, without a message. */
export type Judgement =
  | {
      readonly verdict: "accepted";
      /** For each output with error bounds; integers have none. */
      readonly largestShares: Readonly<Record<string, number>>;
      readonly precisionRatio: number;
      readonly isBitStable: boolean;
      readonly first: Run;
    }
  | { readonly verdict: "wrong-answer"; readonly evidence: WrongElements; readonly first: Run; readonly again?: Run }
  | { readonly verdict: "wrong-answer"; readonly evidence: OutsideWrites; readonly first: Run }
  | { readonly verdict: "imprecise"; readonly evidence: LostPrecision; readonly first: Run }
  | { readonly verdict: ProgramProblem["verdict"]; readonly problem: ProgramProblem };

/** A judgement from outputs alone. */
type OutputJudgement = Exclude<Judgement, { readonly problem: ProgramProblem } | { readonly evidence: OutsideWrites }>;
type WrongJudgement = Extract<OutputJudgement, { verdict: "wrong-answer" }>;

export type Outputs = Readonly<Record<string, Tensor>>;

/** The outputs' contents before and after a run. */
export interface Run {
  readonly poison: Readonly<Record<string, Uint32Array>>;
  readonly outputs: Outputs;
}

/**
 * Runs a compiled plan on a case up to three times, and judges the outputs.
 *
 * 1. Run once, guarded, on NaN-poisoned outputs.
 * 2. Repeat with new poison while all runs fit in REPEAT_WITHIN_MS; judge run 1 meanwhile.
 * 3. If run 1 is wrong, use run 2 to find unwritten elements.
 * 4. If it is accepted, judge each repeat whose bits differ; the first failure decides.
 *
 * @param poisons the outputs' contents before each run
 */
export async function judgeCase(
  device: Device,
  task: Task,
  program: Program,
  reference: CaseReference,
  random: Random,
  poisons: readonly PoisonKind[] = isRepeated(task, reference.case) ? POISONS : POISONS.slice(0, 1),
): Promise<Judgement> {
  const sizes = outputSizes(task, reference.case.shape);
  const bytes = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, 4 * size]));
  const { problem, typical } = reference;
  const { scratch = {} } = program.plan;
  const integers = integerOutputs(task);
  const zones = drawGuardZones(random, problem.inputs, sizes, Object.keys(scratch), typical, integers);
  const workspace = new Workspace(device, problem.inputs, bytes, program.plan, {
    runsAtOnce: Math.max(1, poisons.length - 1),
    zones,
    integers,
  });
  const lengths = { ...sizes };
  for (const [name, scratchBytes] of Object.entries(scratch)) lengths[name] = scratchBytes / 4;
  try {
    return await judgeRuns(
      {
        runGuarded: async (poison, meanwhile) => {
          const ran = await workspace.runGuarded(program, poison, meanwhile);
          if ("verdict" in ran) return ran;
          return { ...ran, outside: findOutsideWrites(zones, ran.zones, lengths, new Set(Object.keys(sizes))) };
        },
        runAll: (several, meanwhile) => workspace.run(program, several, meanwhile),
      },
      (run) => judgeOutputs(task, reference, run),
      (kind) => drawPoison(random, sizes, kind, typical, integers),
      poisons,
    );
  } finally {
    workspace.destroy();
  }
}

function isRepeated(task: Task, { shape, params }: CaseReference["case"]): boolean {
  const elements = Object.values(outputSizes(task, shape)).reduce((sum, size) => sum + size, 0);
  return task.spec.flops(shape, params) <= REPEATED_FLOPS && elements <= REPEATED_ELEMENTS;
}

interface Runner {
  runGuarded(
    poison: Run["poison"],
    meanwhile: () => void,
  ): Promise<{ readonly outputs: Outputs; readonly outside: OutsideWrites | undefined } | ProgramProblem>;
  runAll(poisons: readonly Run["poison"][], meanwhile: () => void): Promise<readonly Outputs[] | ProgramProblem>;
}

/** The first run shows how long a run takes. It is judged while the others run, all in a row. */
async function judgeRuns(
  { runGuarded, runAll }: Runner,
  judge: (run: Run) => OutputJudgement,
  draw: (kind: PoisonKind) => Run["poison"],
  [firstKind, ...otherKinds]: readonly PoisonKind[],
): Promise<Judgement> {
  const poison = draw(firstKind!);
  let otherPoisons: readonly Run["poison"][] = [];
  const startMs = performance.now();
  const ran = await runGuarded(poison, () => {
    otherPoisons = otherKinds.map(draw);
  });
  if ("verdict" in ran) return { verdict: ran.verdict, problem: ran };
  const first: Run = { outputs: ran.outputs, poison };
  otherPoisons = otherPoisons.slice(0, Math.max(0, REPEAT_WITHIN_MS / (performance.now() - startMs) - 1));
  if (otherPoisons.length === 0) return withOutsideWrites(judge(first), ran.outside);

  let judged: OutputJudgement | undefined;
  const ranAgain = await runAll(otherPoisons, () => {
    judged = judge(first);
  });
  const others =
    "verdict" in ranAgain ? [] : ranAgain.map((outputs, n): Run => ({ outputs, poison: otherPoisons[n]! }));
  if (ran.outside !== undefined) return withOutsideWrites(judged!, ran.outside, others[0]);
  if (judged!.verdict === "wrong-answer") {
    return withRepeats(judged!, others, (run) => judge(run).verdict === "accepted");
  }
  if (judged!.verdict !== "accepted") return judged!;
  if ("verdict" in ranAgain) return { verdict: ranAgain.verdict, problem: ranAgain };
  const different = others.filter(({ outputs }) => !sameBits(first.outputs, outputs));
  for (const run of different) {
    const later = judge(run);
    if (later.verdict === "wrong-answer")
      return withAnotherRun(
        later,
        others.find((other) => other !== run),
      );
    if (later.verdict !== "accepted") return later;
  }
  return { ...judged!, isBitStable: different.length === 0 };
}

/**
 * The repeats of a wrong run see buffers at their own size, and each has its own poison: if they agree with each other but
 * not with the guarded run, the kernel reads out of bounds. A single repeat is too few to exclude a race.
 */
function withRepeats(
  judged: WrongJudgement,
  others: readonly Run[],
  isAccepted: (run: Run) => boolean,
): WrongJudgement {
  const [second] = others;
  if (second === undefined || !others.every(({ outputs }) => sameBits(second.outputs, outputs))) {
    return withAnotherRun(judged, second);
  }
  if (others.length === 1) return isAccepted(second) ? judged : withAnotherRun(judged, second);
  if (sameBits(judged.first.outputs, second.outputs)) return withAnotherRun(judged, second);
  return { ...judged, evidence: { ...judged.evidence, isByReadOutside: true } };
}

/**
 * Writes out of bounds decide if the outputs are correct. Wrong elements are better evidence of a wrong index, but not
 * of scratch that is too small: there they are only a consequence.
 */
function withOutsideWrites(judged: OutputJudgement, outside: OutsideWrites | undefined, again?: Run): Judgement {
  if (outside === undefined || (judged.verdict === "wrong-answer" && !outside.isScratch)) {
    return judged.verdict === "wrong-answer" ? withAnotherRun(judged, again) : judged;
  }
  return { verdict: "wrong-answer", evidence: outside, first: judged.first };
}

/** Wrong outputs up to this many elements are compared with a second run. */
const MOST_ELEMENTS_AGAIN = 25_000;

/**
 * Refines a wrong run with another one: an element that holds its poison again was never written; one that does not is
 * read before it is written, or differs from run to run.
 */
function withAnotherRun(judgement: WrongJudgement, again: Run | undefined): WrongJudgement {
  const { evidence, first } = judgement;
  if (again === undefined || evidence.elementCount > MOST_ELEMENTS_AGAIN) return judgement;
  const name = evidence.output;
  let neverWrittenCount = 0;
  if (evidence.neverWrittenCount > 0) {
    const [one, other] = [wordsOf(first.outputs[name]!), wordsOf(again.outputs[name]!)];
    for (let e = 0; e < one.length; e++) {
      if (one[e] === first.poison[name]![e] && other[e] === again.poison[name]![e]) neverWrittenCount++;
    }
  }
  return {
    ...judgement,
    evidence: { ...evidence, neverWrittenCount: Math.min(neverWrittenCount, evidence.neverWrittenCount) },
    again,
  };
}

function wordsOf(values: Tensor): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Compares the bits: a NaN equals itself, and -0 differs from 0. */
export function sameBits(a: Outputs, b: Outputs): boolean {
  return Object.keys(a).every((name) => sameWords(wordsOf(a[name]!), wordsOf(b[name]!)));
}

function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  // `every` with a callback takes seven times as long.
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return a.length === b.length;
}

/** Compares one run's outputs with the reference. */
export function judgeOutputs(task: Task, reference: CaseReference, first: Run): OutputJudgement {
  const { outputs, poison } = first;
  const largestShares: Record<string, number> = {};
  const integers = integerOutputs(task);
  let worstPrecision: LostPrecision | undefined;
  let wrong: WrongElements | undefined;
  const limit = precisionLimit(reference.case.data);
  for (const { name } of task.spec.outputs) {
    const got = outputs[name]!;
    const tally = new Tally();
    const isWrong = new Uint8Array(got.length);
    const mark = (element: number) => {
      isWrong[element] = 1;
    };
    tally.add(got, reference.estimates[name]!, reference.units, poison[name]!, mark);
    const { rms, roundingRms } = tally;
    if (reference.plain !== undefined) judgeSuspects(task, reference, name, got, poison[name]!, tally, isWrong);
    if (!integers.has(name)) largestShares[name] = tally.largestShare;
    const found = wrongElements(task, reference, name, tally, isWrong);
    if (found !== undefined && (wrong === undefined || saysMore(found, wrong))) wrong = found;
    const baseline = reference.precision[name];
    if (baseline !== undefined) {
      const ratio = rms / Math.max(baseline, roundingRms);
      if (worstPrecision === undefined || ratio > worstPrecision.ratio) {
        worstPrecision = { kind: "lost-precision", output: name, ratio, limit };
      }
    }
  }
  if (wrong !== undefined) return { verdict: "wrong-answer", evidence: wrong, first };
  if (worstPrecision !== undefined && worstPrecision.ratio > limit) {
    return { verdict: "imprecise", evidence: worstPrecision, first };
  }
  return { verdict: "accepted", largestShares, precisionRatio: worstPrecision?.ratio ?? 0, isBitStable: true, first };
}

/** Wrong integers come first, since other outputs may depend on such choices; then the output with most wrong elements. */
function saysMore(one: WrongElements, other: WrongElements): boolean {
  const areIntegers = ({ first }: WrongElements) => first.bound === 0;
  if (areIntegers(one) !== areIntegers(other)) return areIntegers(one);
  return one.wrongCount > other.wrongCount;
}

/** Has the oracle evaluate units outside the sample in which the output looks wrong next to the plain kernel's. */
function judgeSuspects(
  task: Task,
  reference: CaseReference,
  name: string,
  got: Tensor,
  poison: Uint32Array,
  tally: Tally,
  isWrong: Uint8Array,
): void {
  const { seed, case: one } = reference;
  const plain = reference.plain![name]!;
  const unitCount = task.oracle.units(one.shape);
  const perUnit = got.length / unitCount;
  const mostDrawn = suspectCount(task, one.shape, one.params);
  const comparison = { plain, units: reference.units, estimate: reference.estimates[name]!, mostDrawn };
  const units = suspectUnits(got, comparison, new Random(seed, one.task, one.index, name, "suspects"));
  if (units.length === 0) return;
  const estimates = evaluate(task.oracle, reference.problem, outputSizes(task, reference.case.shape), units);
  tally.add(got, estimates[name]!, units, poison, (element) => {
    isWrong[element] = 1;
  });
  if (tally.wrong === 0) return;
  // For the picture alone: elements that the oracle did not evaluate show as wrong if far from the plain kernel's.
  const judged = new Set([...reference.units, ...units]);
  for (let unit = 0; unit < unitCount; unit++) {
    if (judged.has(unit)) continue;
    const from = unit * perUnit;
    let scale = 0;
    for (let e = from; e < from + perUnit; e++) scale = Math.max(scale, Math.abs(plain[e]!));
    const largestDifference = plain instanceof Uint32Array ? 0 : LOOKS_WRONG * scale;
    for (let e = from; e < from + perUnit; e++) {
      if (!(Math.abs(got[e]! - plain[e]!) <= largestDifference)) isWrong[e] = 1;
    }
  }
}

function wrongElements(
  task: Task,
  reference: CaseReference,
  name: string,
  tally: Tally,
  isWrong: Uint8Array,
): WrongElements | undefined {
  if (tally.first === undefined || tally.worst === undefined) return undefined;
  const spec = task.spec.outputs.find((output) => output.name === name)!;
  const axes = dimSizes(spec, reference.case.shape);
  return {
    kind: "wrong-elements",
    output: name,
    first: elementEvidence(tally.first, axes),
    worst: elementEvidence(tally.worst, axes),
    wrongCount: tally.wrong,
    neverWrittenCount: tally.neverWritten,
    judgedCount: tally.judged,
    elementCount: isWrong.length,
    picture: wrongPicture(axes, isWrong),
  };
}

function elementEvidence(
  { element, expected, got, bound, others }: WrongElement,
  axes: readonly number[],
): ElementEvidence {
  const index: number[] = [];
  let rest = element;
  for (const size of axes.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const found = { index, expected: jsonNumber(expected), got: jsonNumber(got), bound };
  return others === undefined ? found : { ...found, others: others.map((span) => [...span]) };
}
