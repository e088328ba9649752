import { nextStep } from "../../report/terminal/next-step.ts";
import type { Attempt } from "../../results/attempt.ts";

/** As {@link nextStep}, without commands of a terminal. */
export function nextStepHere(attempt: Attempt): string {
  switch (attempt.verdict) {
    case "accepted":
      return "measure it and make it faster: the hints say how. Or go on.";
    case "memory-limit":
      return "use less scratch: allocate only what the shape needs.";
    case "harness-error":
      return "check again; if it happens again, reload the page, and report it with the message above.";
    default:
      return nextStep(attempt);
  }
}
