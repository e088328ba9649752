import { group } from "d3-array";
import type { Locate } from "../judge/judge-submission.ts";
import type { BufferCounts, PassCounts, Stride } from "../results/access-counts.ts";
import type { Finding } from "../results/finding.ts";
import type { Plan } from "../task/plan.ts";

type Counted = Exclude<PassCounts, { readonly uncounted: string }>;

/** Advice with what it may save, in pieces of memory, to show the most useful first. */
interface Advice {
  readonly kind: string;
  /** Its subject: a buffer. */
  readonly what: string;
  readonly sentence: string;
  readonly saved: number;
  readonly line?: number;
}

/** Honest kernels reach twice the fewest transactions at the ends of rows, and read some elements two or three times. */
const MANY_TRANSACTIONS = 4;
const MANY_READS = 8;
const MANY_CONFLICTS = 8;
const MANY_BARRIERS = 64;
const MOST_OTHERS = 4;
/** A turn in workgroup memory next to a piece of global memory, roughly. */
const WORKGROUP_COST = 0.25;
/** Neighbouring invocations share a piece of 32 bytes. */
const ELEMENTS_IN_PIECE = 8;

/** What follows from the counts of accesses, with the reason. */
export function adviceOn(rows: readonly PassCounts[], { passes }: Plan, locate: Locate | undefined): Finding[] {
  const advice = rows.flatMap((row) =>
    "uncounted" in row ? [] : adviceOnPass(row).map((one) => ({ ...one, pass: row.passes[0]! })),
  );
  const byKind = group(
    advice.toSorted((a, b) => b.saved - a.saved),
    ({ kind }) => kind,
  );
  return Array.from(byKind.values(), ([best, ...others]) => {
    const { kind, sentence, line, pass } = best!;
    const { code } = passes[pass - 1]!;
    const place = line === undefined ? undefined : locate?.({ code, line, column: 1, length: 1 });
    const words = passes.length === 1 ? sentence : `In pass ${pass}, ${sentence}`;
    const also = others.map((one) => `${one.what}${passes.length === 1 ? "" : ` in pass ${one.pass}`}`);
    const more = also.length === 0 ? "" : ` Also: ${[...new Set(also)].slice(0, MOST_OTHERS).join(", ")}.`;
    return {
      ...{ aspect: "speed", kind, isGuess: false },
      sentence: words[0]!.toUpperCase() + words.slice(1) + more,
      ...(place && { place: { file: place.file, line: place.line } }),
    };
  });
}

function adviceOnPass({ workgroups, buffers, strides, barriersPerWorkgroup }: Counted): Advice[] {
  const worst = new Map<string, Stride>();
  for (const stride of strides) {
    const before = worst.get(stride.name);
    if (before === undefined || excess(stride) > excess(before)) worst.set(stride.name, stride);
  }
  return [
    ...[...worst.values()].flatMap((stride) => strideAdvice(stride) ?? []),
    ...buffers.flatMap((buffer) => rereadAdvice(buffer) ?? []),
    ...(barriersPerWorkgroup >= MANY_BARRIERS ? [barrierAdvice(barriersPerWorkgroup, workgroups)] : []),
  ];
}

function excess({ transactions, least }: Stride): number {
  return transactions / Math.max(1, least);
}

function strideAdvice(stride: Stride): Advice | undefined {
  const { space, name, line, isWrite, accesses, apart, transactions, least } = stride;
  const factor = excess(stride);
  const saved = (accesses * (transactions - least)) / 32;
  if (space === "workgroup") {
    if (factor < MANY_CONFLICTS) return undefined;
    const sentence = `neighbouring invocations access elements of \`${name}\` that are ${apart} apart, so ${transactions} of 32 need the same bank of workgroup memory and take turns. Pad each row by one element.`;
    return { kind: "bank-conflict", what: `\`${name}\``, sentence, saved: saved * WORKGROUP_COST, line };
  }
  if (factor < MANY_TRANSACTIONS) return undefined;
  const verb = isWrite ? "write" : "read";
  const sentence = `neighbouring invocations ${verb} elements of \`${name}\` that are ${apart} apart: 32 of them move ${transactions} pieces of 32 bytes, where ${least} would do, unless a cache keeps the rest for their next accesses. Let neighbouring invocations take neighbouring elements.`;
  return { kind: "scattered-access", what: `\`${name}\``, sentence, saved, line };
}

function rereadAdvice({ space, name, elements, reads, writes }: BufferCounts): Advice | undefined {
  if (space === "workgroup" || elements === undefined) return undefined;
  const [readTimes, writtenTimes] = [reads / elements, writes / elements];
  if (writtenTimes >= MANY_READS) {
    const sentence = `each element of \`${name}\` is written ${times(writtenTimes)} to global memory. Add up in a variable, and write the result once.`;
    return { kind: "repeated-writes", what: `\`${name}\``, sentence, saved: (writes - elements) / ELEMENTS_IN_PIECE };
  }
  if (readTimes < MANY_READS) return undefined;
  const sentence = `each element of \`${name}\` is read ${times(readTimes)} from global memory; caches may serve some of it. Keep what a workgroup shares in workgroup memory, and what an invocation needs again in variables.`;
  return { kind: "repeated-reads", what: `\`${name}\``, sentence, saved: (reads - elements) / ELEMENTS_IN_PIECE };
}

function times(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} times on average`;
}

function barrierAdvice(barriers: number, workgroups: number): Advice {
  const sentence = `a workgroup waits at ${Math.round(barriers)} barriers, each time for its slowest invocation. Do more work between two barriers, such as a larger tile.`;
  return { kind: "many-barriers", what: "barriers", sentence, saved: barriers * workgroups * WORKGROUP_COST };
}
