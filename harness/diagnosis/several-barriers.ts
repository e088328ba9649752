import { partsOf, withAll } from "../mutation/module-parts.ts";
import { barrierRepairs, severalBarriers } from "../mutation/repairs/barrier-repairs.ts";
import type { Repair } from "../mutation/repairs/repair.ts";
import type { RepairedModule } from "../mutation/repairs/repairs.ts";
import { unguardedUsesIn } from "./code-findings.ts";

const MOST_BARRIERS = 5;

/**
 * Barriers that together separate all uses of a module's workgroup memory: each is the first that moves the first
 * unguarded use further down. Undefined if fewer than two do it.
 */
export function severalBarriersFor(code: string, isValid: (code: string) => boolean): RepairedModule | undefined {
  const all = barrierRepairs(partsOf(code)).filter(({ edits }) => isValid(withAll(code, edits)));
  const chosen: Repair[] = [];
  let line = firstUse(code);
  while (line !== undefined && chosen.length < MOST_BARRIERS) {
    const next = all
      .filter((repair) => !chosen.includes(repair))
      .map((repair) => ({
        repair,
        use: firstUse(
          withAll(
            code,
            [...chosen, repair].flatMap(({ edits }) => edits),
          ),
        ),
      }))
      .find(({ use }) => use === undefined || use > line!);
    if (next === undefined) return undefined;
    chosen.push(next.repair);
    line = next.use;
  }
  if (line !== undefined || chosen.length < 2) return undefined;
  const repair = severalBarriers(chosen);
  return { ...repair, code: withAll(code, repair.edits) };
}

/** The line of the first unguarded use. */
function firstUse(code: string): number | undefined {
  const lines = unguardedUsesIn(code);
  return lines.length === 0 ? undefined : Math.min(...lines);
}
