import type { Refusal } from "../results/case-result.ts";

/** @param reason Dawn's */
export function deviceLostRefusal(reason: string): Refusal {
  const message = `The GPU device was lost while the kernel was compiled or ran (${reason.split("\n")[0]}). It probably ran too long for the driver, or crashed it.`;
  return { verdict: "device-lost", message, evidence: null };
}
