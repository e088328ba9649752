import type { PlanFunction } from "../harness/task/plan.ts";

/** A text and its replacement. */
export type Edit = readonly [from: string, to: string];

/**
 * Texts with pieces replaced, one edit after the other. Throws unless each piece occurs exactly once in all texts
 * together, so that no wrong kernel silently becomes correct.
 *
 * @param of name of the edited texts, for the error message
 */
export function withEdits(texts: readonly string[], edits: readonly Edit[], of: string): readonly string[] {
  return edits.reduce((before, [from, to]) => {
    const count = before.reduce((sum, text) => sum + text.split(from).length - 1, 0);
    if (count !== 1) throw new Error(`${of}: the text ${JSON.stringify(from)} must occur once, got ${count} times`);
    return before.map((text) => text.replace(from, () => to));
  }, texts);
}

/** A plan that runs another one's kernels with pieces of their source replaced. Passes may share a kernel. */
export function editedPlan<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  ...edits: readonly Edit[]
): PlanFunction<K, P> {
  return (context) => {
    const made = plan(context);
    const codes = [...new Set(made.passes.map(({ code }) => code))];
    const edited = withEdits(codes, edits, "an edited plan");
    return { ...made, passes: made.passes.map((pass) => ({ ...pass, code: edited[codes.indexOf(pass.code)]! })) };
  };
}
