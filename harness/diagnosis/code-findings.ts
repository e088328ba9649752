import { Call, type Function as WgslFunction } from "wgsl_reflect/wgsl_reflect.module.js";
import type { Locate } from "../judge/judge-submission.ts";
import type { Finding } from "../results/finding.ts";
import type { Pass } from "../task/plan.ts";
import { wholeNumber } from "../wgsl/lexer.ts";
import {
  attributeOf,
  bodiesOf,
  expressionsIn,
  isLoop,
  ownExpressions,
  readModule,
  type WgslModule,
} from "../wgsl/syntax.ts";
import { findUnguardedUse } from "./barriers.ts";
import { findStridedAccess } from "./neighbours.ts";

/** GPUs run so many invocations of a workgroup in step, or more: a smaller workgroup leaves some of them idle. */
const FEWEST_IN_STEP = 32;
const MOST_FINDINGS = 4;

/** What a look at the WGSL lets one guess: every sentence says that it is a guess. */
export function findInCode(passes: readonly Pass[], locate: Locate): Finding[] {
  return find([barrierGuess, ...SPEED_GUESSES], passes, locate);
}

/** What may make it slow: nothing about what would make it wrong, for a kernel that is right. */
export function findSlowCode(passes: readonly Pass[], locate: Locate): Finding[] {
  return find(SPEED_GUESSES, passes, locate);
}

function find(guesses: readonly Guesser[], passes: readonly Pass[], locate: Locate): Finding[] {
  const seen = new Set<string>();
  const found: Finding[] = [];
  for (const { code, entryPoint } of passes) {
    const key = JSON.stringify([code, entryPoint]);
    if (seen.has(key)) continue;
    seen.add(key);
    const module = readModule(code);
    if (module === undefined) continue;
    const entry = [...module.functions.values()].find(
      (one) => attributeOf(one, "compute") !== undefined && (entryPoint === undefined || one.name === entryPoint),
    );
    if (entry === undefined) continue;
    for (const { line, ...finding } of guesses.flatMap((guess) => guess(module, entry) ?? [])) {
      if (found.some(({ kind }) => kind === finding.kind)) continue;
      const { file, line: ownLine } = locate({ code, line, column: 1, length: 1 });
      found.push({ aspect: "code", isGuess: true, ...finding, place: { file, line: ownLine } });
    }
  }
  return found.slice(0, MOST_FINDINGS);
}

type Guess = Pick<Finding, "kind" | "sentence"> & { readonly line: number };

type Guesser = (module: WgslModule, entry: WgslFunction) => Guess | undefined;

const SPEED_GUESSES: readonly Guesser[] = [
  sizeGuess,
  strideGuess,
  workgroupMemoryGuess,
  barrierInLoopGuess,
  atomicGuess,
];

function barrierGuess(module: WgslModule, entry: WgslFunction): Guess | undefined {
  if (workgroupSize(module, entry) === 1) return undefined;
  const use = findUnguardedUse(module, entry);
  if (use === undefined) return undefined;
  const sentence =
    use.how === "read-after-write"
      ? `It looks as if \`${use.variable}\` is read where other invocations have just written it, without a workgroupBarrier() in between.`
      : `It looks as if \`${use.variable}\` is overwritten in the loop's next round while other invocations may still read it: a workgroupBarrier() seems to be missing at the end of a round.`;
  return { kind: "missing-barrier", sentence, line: use.line };
}

function workgroupSize({ constants }: WgslModule, entry: WgslFunction): number | undefined {
  const sizes = attributeOf(entry, "workgroup_size")?.map((size) => {
    const constant = constants.get(size);
    const text = constant !== undefined && "value" in constant ? String(constant.value) : size;
    return wholeNumber(text) ?? Number.NaN;
  });
  if (sizes === undefined || sizes.length === 0) return undefined;
  const product = sizes.reduce((a, b) => a * b, 1);
  return Number.isNaN(product) ? undefined : product;
}

function sizeGuess(module: WgslModule, entry: WgslFunction): Guess | undefined {
  const size = workgroupSize(module, entry);
  if (size === undefined || size % FEWEST_IN_STEP === 0) return undefined;
  if (size > FEWEST_IN_STEP) {
    return {
      kind: "odd-workgroup",
      sentence: `A guess from the code: workgroups of ${size} are no multiple of 32, so that the last of the groups that a GPU runs in step is never full; 64 or 128 fills them.`,
      line: entry.line,
    };
  }
  return {
    kind: "small-workgroup",
    sentence: `A guess from the code: workgroups of ${size} leave most of a GPU idle, which runs 32 or 64 invocations of a workgroup in step; 64 is a good beginning.`,
    line: entry.line,
  };
}

function strideGuess(module: WgslModule, entry: WgslFunction): Guess | undefined {
  const access = findStridedAccess(module, entry);
  if (access === undefined) return undefined;
  return {
    kind: "strided-access",
    sentence: `A guess from the code: in \`${entry.name}\`, neighbouring invocations seem to reach for elements of \`${access.tensor}\` that lie ${access.stride} apart; a GPU is fastest where neighbours read neighbours.`,
    line: access.line,
  };
}

function atomicGuess({ variables }: WgslModule): Guess | undefined {
  const atomic = [...variables.values()].find(({ type }) => type !== null && /atomic/.test(JSON.stringify(type)));
  if (atomic === undefined) return undefined;
  return {
    kind: "atomics",
    sentence: `A guess from the code: invocations wait for each other at the atomics of \`${atomic.name}\`; adding up in workgroup memory first makes fewer of them.`,
    line: atomic.line,
  };
}

function workgroupMemoryGuess({ variables }: WgslModule, entry: WgslFunction): Guess | undefined {
  const isShared = [...variables.values()].some(({ storage }) => storage === "workgroup");
  if (isShared || !hasNestedLoops(entry) || usesSubgroups(entry)) return undefined;
  return {
    kind: "no-workgroup-memory",
    sentence: `A guess from the code: \`${entry.name}\` has loops within loops and no workgroup memory, so that each invocation reads from storage what its neighbours read too; a tile that they load together may save most of that.`,
    line: entry.line,
  };
}

/** A loop in a loop waits often; a tree's steps need their barriers, and are few. */
function barrierInLoopGuess({ functions }: WgslModule, entry: WgslFunction): Guess | undefined {
  let found: number | undefined;
  const visit = (statements: WgslFunction["body"], depth: number): void => {
    for (const one of statements) {
      if (depth >= 2 && one instanceof Call && (isBarrier(one.name) || callsBarrier(functions.get(one.name)))) {
        found ??= one.line;
      }
      for (const body of bodiesOf(one)) visit(body, depth + (isLoop(one) ? 1 : 0));
    }
  };
  visit(entry.body, 0);
  if (found === undefined) return undefined;
  return {
    kind: "barrier-in-loops",
    sentence: `A guess from the code: \`${entry.name}\` has a barrier in a loop within a loop, at which all invocations of a workgroup wait each time; larger tiles, or a reduction after the outer loop, make fewer of them.`,
    line: found,
  };
}

function isBarrier(name: string): boolean {
  return name === "workgroupBarrier" || name === "storageBarrier";
}

function callsBarrier(called: WgslFunction | undefined): boolean {
  return called?.body.some((one) => one instanceof Call && isBarrier(one.name)) ?? false;
}

function hasNestedLoops(entry: WgslFunction): boolean {
  const depth = (statements: WgslFunction["body"]): number =>
    Math.max(0, ...statements.map((one) => (isLoop(one) ? 1 : 0) + Math.max(0, ...bodiesOf(one).map(depth))));
  return depth(entry.body) >= 2;
}

function usesSubgroups(entry: WgslFunction): boolean {
  const names = (statements: WgslFunction["body"]): boolean =>
    statements.some(
      (one) =>
        ownExpressions(one).some((expression) =>
          [...expressionsIn(expression)].some((part) => "name" in part && String(part.name).startsWith("subgroup")),
        ) || bodiesOf(one).some(names),
    );
  return names(entry.body);
}
