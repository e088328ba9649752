import type { Task } from "./task.ts";
import type { Variants } from "./variant.ts";

/** The kernels with known verdicts that follow from a composed task: one for each of its mistakes. */
export function generatedVariants<K extends string, P extends string>({ mistaken = {} }: Task<K, P>): Variants<K, P> {
  const wrong = Object.entries(mistaken).map(([mistake, plan]) => ({ name: mistake, mistake, plan }));
  return { honest: [], imprecise: [], wrong };
}
