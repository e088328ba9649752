import { UserError } from "../text/user-error.ts";
import type { Edit, KernelChange } from "./kernel-change.ts";
import type { PlanFunction } from "./plan.ts";

/**
 * Replaces pieces of source texts, one edit after the other. Each piece must occur exactly once in all texts together, so
 * that no edit changes nothing, or more than it names.
 *
 * @param place names the texts in an error: a file, and the mistake or the entry that edits it
 * @throws UserError if a piece does not occur exactly once
 */
export function withEdits(texts: readonly string[], edits: readonly Edit[], place: string): readonly string[] {
  return edits.reduce((before, [from, to]) => {
    const count = before.reduce((sum, text) => sum + text.split(from).length - 1, 0);
    if (count !== 1) {
      const found = count === 0 ? "is not in the kernel" : `is in the kernel ${count} times`;
      throw new UserError(
        `${place}: the text ${JSON.stringify(from)} ${found}.`,
        "Edit a text that occurs exactly once.",
      );
    }
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

/** A plan that runs another one's kernels with one module replaced wherever it stands. */
export function withModule<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  module: string,
  replacement: string,
): PlanFunction<K, P> {
  return (context) => {
    const made = plan(context);
    const passes = made.passes.map((pass) => (pass.code === module ? { ...pass, code: replacement } : pass));
    return { ...made, passes };
  };
}

export function changedPlan<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  { edits = [], replan = (made) => made }: KernelChange,
): PlanFunction<K, P> {
  const edited = editedPlan(plan, ...edits);
  return (context) => replan(edited(context));
}
