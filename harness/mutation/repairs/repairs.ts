import { partsOf, withAll } from "../module-parts.ts";
import { normalized } from "../mutants.ts";
import { resetRepairs, startRepairs } from "./accumulator-repairs.ts";
import { barrierRepairs } from "./barrier-repairs.ts";
import { builtinRepairs, conditionRepairs, guardRepairs, workgroupSizeRepairs } from "./entry-repairs.ts";
import {
  missingOffsetRepairs,
  roundUpRepairs,
  transposedIndexRepairs,
  transposedTensorRepairs,
} from "./layout-repairs.ts";
import { arraySizeRepairs, atomicRepairs, privateRepairs } from "./memory-repairs.ts";
import { halfRepairs, packedRepairs, signRepairs } from "./number-format-repairs.ts";
import type { FindRepairs, Repair } from "./repair.ts";
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
import { subgroupRepairs } from "./subgroup-repairs.ts";

/** A repair with the module that it makes. */
export interface RepairedModule extends Repair {
  readonly code: string;
}

/**
 * From mistakes with one remedy to those that many changes resemble. If one of a list succeeds, later lists are not
 * tried.
 */
const MOST_TELLING_FIRST: readonly (readonly FindRepairs[])[] = [
  [barrierRepairs],
  [halfRepairs, builtinRepairs, privateRepairs, subgroupRepairs, arraySizeRepairs, workgroupSizeRepairs],
  [signRepairs, packedRepairs, transposedIndexRepairs, roundUpRepairs],
  [extraRepairs, zeroStartRepairs, startRepairs, resetRepairs, oneOffRepairs],
  [operatorRepairs, numberRepairs],
  [guardRepairs, conditionRepairs],
  [transposedTensorRepairs, nameRepairs, missingFactorRepairs, missingOffsetRepairs],
  [statementRepairs, orderRepairs, atomicRepairs, indexRepairs],
];

/** Lists of changes of a module that may repair it, without doubles. */
export function* repairsOf(code: string): Generator<RepairedModule[]> {
  const parts = partsOf(code);
  const seen = new Set([normalized(code)]);
  for (const kinds of MOST_TELLING_FIRST) {
    yield kinds
      .flatMap((find) => find(parts))
      .flatMap((repair): RepairedModule[] => {
        const repaired = withAll(code, repair.edits);
        const form = normalized(repaired);
        if (seen.has(form)) return [];
        seen.add(form);
        return [{ ...repair, code: repaired }];
      });
  }
}
