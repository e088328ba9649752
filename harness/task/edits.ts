import { UserError } from "../text/user-error.ts";
import type { PlanFunction } from "./plan.ts";

/** A piece of a kernel's source, and the text that takes its place. */
export type Edit = readonly [from: string, to: string];

/**
 * Replaces pieces of a source text. Each must be there exactly once, so that no edit changes nothing, or more than it says.
 *
 * @param place names the text in an error: a file and the mistake that edits it
 */
export function edited(text: string, edits: readonly Edit[], place: string): string {
  return edits.reduce((before, [from, to]) => {
    const count = before.split(from).length - 1;
    if (count !== 1) {
      const found = count === 0 ? "is not in the kernel" : `is in the kernel ${count} times`;
      throw new UserError(
        `${place}: the text ${JSON.stringify(from)} ${found}.`,
        "Edit a text that is there exactly once.",
      );
    }
    return before.replace(from, () => to);
  }, text);
}

/** The plan with the kernel that has a source text edited; its other kernels stay. */
export function withEdits<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  source: string,
  edits: readonly Edit[],
  place: string,
): PlanFunction<K, P> {
  const changed = edited(source, edits, place);
  return (context) => {
    const made = plan(context);
    return { ...made, passes: made.passes.map((pass) => (pass.code === source ? { ...pass, code: changed } : pass)) };
  };
}
