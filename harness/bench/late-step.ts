import type { Contestant } from "../measure/workbench.ts";
import type { Refusal } from "../results/case-result.ts";
import type { MeasureStep } from "./measure-job.ts";

/** The outcome of a step that did not end: a refusal, or an internal error if no kernel is to blame. */
export function lateStep(
  { about, contestant }: MeasureStep,
  limitMs: number,
):
  | { readonly kind: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  | { readonly kind: "fault"; readonly message: string } {
  const seconds = Math.round(limitMs / 1000);
  if (contestant === undefined) return { kind: "fault", message: `${about} took longer than ${seconds} s` };
  const message = `The kernel did not finish within ${seconds} s (${about}). Look for a loop that never ends, or for work that grows too fast with the shape.`;
  const evidence = { kind: "limit", what: "The kernel", limitMs } as const;
  return { kind: "refused", contestant, refusal: { verdict: "time-limit", message, evidence } };
}
