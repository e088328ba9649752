import type { Task } from "../task/task.ts";
import type { Variant } from "../task/variant.ts";
import { roundingsOf } from "./f16-rewrites.ts";
import { type Origin, originsOf, variantName } from "./kernel-origin.ts";
import { codeRewrite, rewrittenPlan } from "./plan-rewrites.ts";
import { Sources } from "./rewrite.ts";

/** A statement whose rounding to f16 no output shows, and why. */
export interface UnseenRounding {
  readonly name: string;
  readonly reason: string;
}

interface F16Variants {
  readonly judged: readonly Variant[];
  readonly unseen: readonly UnseenRounding[];
}

/** The kernels with one statement rounded to f16, and the statements that have no such variant. */
export function f16Variants(task: Task, origins: readonly Origin[], sources: Sources): F16Variants {
  if (task.spec.outputs.every(({ type }) => type !== "f32")) {
    const reason = "outputs are integers: rounding shows only if it changes one";
    return { judged: [], unseen: [{ name: "all statements", reason }] };
  }
  const judged = new Map<string, Variant>();
  const unseen = new Map<string, UnseenRounding>();
  for (const origin of origins) {
    for (const code of origin.codes) {
      const syntax = sources.read(code);
      for (const { statement, unseen: reason } of syntax === undefined ? [] : roundingsOf(syntax)) {
        const name = variantName(origin, `f16: ${statement}`);
        if (reason === undefined) judged.set(name, { name, plan: rounded(origin, statement, sources) });
        else unseen.set(name, { name, reason });
      }
    }
  }
  return { judged: [...judged.values()], unseen: [...unseen.values()] };
}

function rounded({ plan }: Origin, statement: string, sources: Sources): Variant["plan"] {
  const find: Parameters<typeof codeRewrite>[1] = (syntax) =>
    roundingsOf(syntax).find((rounding) => rounding.statement === statement)?.replacements ?? [];
  return rewrittenPlan(plan, codeRewrite(statement, find, sources));
}

/** The statements that have no f16 variant. */
export function unseenRoundings(task: Task): readonly UnseenRounding[] {
  return f16Variants(task, originsOf(task), new Sources()).unseen;
}
