import { type ModuleParts, partsOf, withAll } from "../module-parts.ts";
import { resetRepairs } from "./accumulator-repairs.ts";
import { barrierRepairs, storageBarrierRepairs } from "./barrier-repairs.ts";
import { builtinRepairs, conditionRepairs, guardRepairs, workgroupSizeRepairs } from "./entry-repairs.ts";
import { bitcastRepairs, earlierRepairs, mergedSquaresRepairs, tieRepairs } from "./idiom-repairs.ts";
import {
  boundRepairs,
  flattenedRepairs,
  indexFactorRepairs,
  indexTermRepairs,
  memberIndexRepairs,
  moduloRepairs,
  restRepairs,
  stepRepairs,
  workgroupFactorRepairs,
} from "./index-repairs.ts";
import {
  missingOffsetRepairs,
  roundUpRepairs,
  transposedIndexRepairs,
  transposedTensorRepairs,
} from "./layout-repairs.ts";
import { arraySizeRepairs, atomicRepairs, privateRepairs } from "./memory-repairs.ts";
import { movedTermRepairs } from "./moved-term-repairs.ts";
import { halfRepairs, packedRepairs, signRepairs } from "./number-format-repairs.ts";
import type { FindRepairs, Repair } from "./repair.ts";
import {
  ownPartRepairs,
  rescaleRepairs,
  resetBeforeRepairs,
  statementOrderRepairs,
  unlikeTermRepairs,
} from "./running-value-repairs.ts";
import {
  extraRepairs,
  indexRepairs,
  missingFactorRepairs,
  nameRepairs,
  numberRepairs,
  oneOffRepairs,
  operatorRepairs,
  orderRepairs,
  statementRepairs,
  zeroStartRepairs,
} from "./slip-repairs.ts";
import { markRepairs, startRepairs } from "./start-repairs.ts";
import { subgroupRepairs } from "./subgroup-repairs.ts";
import {
  argumentRepairs,
  branchRepairs,
  componentRepairs,
  decimalRepairs,
  digitRepairs,
  exchangedComponentRepairs,
  exponentShiftRepairs,
  exponentSignRepairs,
  functionRepairs,
  quotientRepairs,
  resultSignRepairs,
  wrappedRepairs,
} from "./value-repairs.ts";
import { zeroRepairs } from "./zero-repairs.ts";

/** A repair with the module that it makes. */
export interface RepairedModule extends Repair {
  readonly code: string;
}

const GUARDS: readonly FindRepairs[] = [guardRepairs, conditionRepairs, boundRepairs];

/**
 * From mistakes with one remedy to those that many changes resemble. If one of a list succeeds, later lists are not
 * tried.
 */
const MOST_TELLING_FIRST: readonly (readonly FindRepairs[])[] = [
  [barrierRepairs],
  [
    ...[halfRepairs, builtinRepairs, privateRepairs, subgroupRepairs, arraySizeRepairs, workgroupSizeRepairs],
    ...[storageBarrierRepairs, flattenedRepairs, workgroupFactorRepairs],
  ],
  [
    ...[rescaleRepairs, unlikeTermRepairs, ownPartRepairs, bitcastRepairs, mergedSquaresRepairs, tieRepairs],
    ...[branchRepairs, exponentSignRepairs, exponentShiftRepairs, resultSignRepairs, restRepairs],
    ...[exchangedComponentRepairs, signRepairs, packedRepairs, transposedIndexRepairs, roundUpRepairs],
  ],
  [
    ...[extraRepairs, zeroStartRepairs, startRepairs, markRepairs, resetRepairs, resetBeforeRepairs, oneOffRepairs],
    ...[zeroRepairs, quotientRepairs, stepRepairs],
  ],
  [operatorRepairs, functionRepairs, numberRepairs, movedTermRepairs],
  GUARDS,
  [
    ...[transposedTensorRepairs, nameRepairs, memberIndexRepairs, componentRepairs],
    ...[missingFactorRepairs, missingOffsetRepairs],
  ],
  [statementRepairs, orderRepairs, atomicRepairs, indexRepairs, argumentRepairs, statementOrderRepairs],
  [indexFactorRepairs, indexTermRepairs, moduloRepairs, earlierRepairs],
  [wrappedRepairs, decimalRepairs, digitRepairs],
];

/**
 * Lists of changes of a module that may repair it, without doubles.
 *
 * @param writesOutside whether it writes out of bounds: then guards come first
 */
export function* repairsOf(code: string, writesOutside = false): Generator<RepairedModule[]> {
  const parts = partsOf(code);
  const seen = new Set([withoutBlanks(code)]);
  for (const kinds of writesOutside ? [GUARDS, ...MOST_TELLING_FIRST] : MOST_TELLING_FIRST) {
    yield kinds
      .flatMap((find) => find(parts))
      .filter((repair) => isBound(parts, repair))
      .flatMap((repair): RepairedModule[] => {
        const repaired = withAll(code, repair.edits);
        const form = withoutBlanks(repaired);
        if (seen.has(form)) return [];
        seen.add(form);
        return [{ ...repair, code: repaired }];
      });
  }
}

/** Whether it takes, in a module of several kernels, no buffer into a kernel that is not in it: plans may not bind it. */
function isBound({ tokens, functions, variables }: ModuleParts, { edits }: Repair): boolean {
  const kernels = functions.filter(({ isEntry }) => isEntry);
  if (kernels.length < 2) return true;
  const buffers = variables.filter(({ space }) => space === "storage").map(({ name }) => name);
  return edits.every(({ start, end, text }) => {
    const own = kernels.find(({ body }) => tokens[body.from - 1]!.start < start && end <= tokens[body.to]!.start);
    const used = new Set(own === undefined ? buffers : tokens.slice(own.body.from, own.body.to).map((one) => one.text));
    return (text.match(/\b[a-zA-Z_]\w*/g) ?? []).every((name) => used.has(name) || !buffers.includes(name));
  });
}

/** Far cheaper than comparing tokens, and no two changes of a module differ in blanks alone. */
function withoutBlanks(code: string): string {
  return code.replace(/\s+/g, "");
}
