import type { PlanFunction } from "../harness/task/plan.ts";

/**
 * A plan that runs another one's kernels with pieces of their source replaced: `from` by `to`, in each pass that has it.
 * Throws when a piece is in no pass, so that no variant becomes a right kernel unnoticed.
 */
export function editedPlan<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  ...edits: readonly (readonly [from: string, to: string])[]
): PlanFunction<K, P> {
  return (context) => {
    const made = plan(context);
    for (const [from] of edits) {
      if (!made.passes.some(({ code }) => code.includes(from))) throw new Error(`no kernel has the piece "${from}"`);
    }
    const passes = made.passes.map((pass) => ({
      ...pass,
      code: edits.reduce((code, [from, to]) => code.replaceAll(from, to), pass.code),
    }));
    return { ...made, passes };
  };
}
