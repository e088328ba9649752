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
import { findUnguardedUse, type UnguardedUse } from "./barriers.ts";
import { findStridedAccess } from "./neighbours.ts";

/** GPUs run at least this many invocations of a workgroup in step: a smaller workgroup leaves some lanes idle. */
const FEWEST_IN_STEP = 32;
const MOST_FINDINGS = 4;

/** Guesses from the WGSL; each sentence is marked as a guess. */
export function findInCode(passes: readonly Pass[], locate: Locate): Finding[] {
  return find([barrierGuess, ...SPEED_GUESSES], passes, locate);
}

/** Likely causes of slowness, for an accepted kernel: no causes of wrong results. */
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

/** The lines where entry points of a module use workgroup memory without a barrier in between: the first of each. */
export function unguardedUsesIn(code: string): number[] {
  const module = readModule(code);
  if (module === undefined) return [];
  const entries = [...module.functions.values()].filter((one) => attributeOf(one, "compute") !== undefined);
  return entries.flatMap((one) => findUnguardedUse(module, one)?.line ?? []);
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

const BARRIER_WORDS = {
  "read-after-write": "read just after other invocations write it, without a workgroupBarrier() in between",
  "write-after-read": "overwritten while other invocations may still read it: add a workgroupBarrier() before",
  "write-in-next-round":
    "overwritten in the loop's next round while other invocations may still read it: add a workgroupBarrier() at the end of each round",
} as const satisfies Record<UnguardedUse["how"], string>;

function barrierGuess(module: WgslModule, entry: WgslFunction): Guess | undefined {
  if (workgroupSize(module, entry) === 1) return undefined;
  const use = findUnguardedUse(module, entry);
  if (use === undefined) return undefined;
  const sentence = `Likely cause: \`${use.variable}\` is ${BARRIER_WORDS[use.how]}.`;
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
      sentence: `Workgroups of ${size} probably waste lanes: GPUs run 32 or 64 invocations in step, and ${size} is not a multiple of 32. Use 64 or 128.`,
      line: entry.line,
    };
  }
  return {
    kind: "small-workgroup",
    sentence: `Workgroups of ${size} probably leave most of the GPU idle, since it runs 32 or 64 invocations of a workgroup in step. Start with 64.`,
    line: entry.line,
  };
}

function strideGuess(module: WgslModule, entry: WgslFunction): Guess | undefined {
  const access = findStridedAccess(module, entry);
  if (access === undefined) return undefined;
  return {
    kind: "strided-access",
    sentence: `In \`${entry.name}\`, neighbouring invocations probably access elements of \`${access.tensor}\` that are ${access.stride} apart. Make them access neighbouring elements.`,
    line: access.line,
  };
}

function atomicGuess({ variables }: WgslModule): Guess | undefined {
  const atomic = [...variables.values()].find(({ type }) => type !== null && /atomic/.test(JSON.stringify(type)));
  if (atomic === undefined) return undefined;
  return {
    kind: "atomics",
    sentence: `Invocations probably wait for each other at the atomics of \`${atomic.name}\`. Add up in workgroup memory first, to need fewer of them.`,
    line: atomic.line,
  };
}

function workgroupMemoryGuess({ variables }: WgslModule, entry: WgslFunction): Guess | undefined {
  const isShared = [...variables.values()].some(({ storage }) => storage === "workgroup");
  if (isShared || !hasNestedLoops(entry) || usesSubgroups(entry)) return undefined;
  return {
    kind: "no-workgroup-memory",
    sentence: `\`${entry.name}\` has nested loops and no workgroup memory, so neighbouring invocations probably read the same values from storage. Load them together, tile by tile, into workgroup memory.`,
    line: entry.line,
  };
}

/** Nested loops wait often; the steps of a tree reduction need their barriers, and are few. */
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
    sentence: `The barrier inside nested loops of \`${entry.name}\` probably costs time: all invocations of a workgroup wait there each time. Use larger tiles, or reduce after the outer loop.`,
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
