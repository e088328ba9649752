import type { Verdict } from "../../results/verdict.ts";
import type { Colors } from "../../text/text-style.ts";

/** The meaning of each verdict, in at most eight words. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  accepted: "all cases pass",
  unsupported: "this adapter cannot run it",
  imprecise: "errors far exceed those of f32 arithmetic",
  "wrong-answer": "some output elements are wrong",
  "time-limit": "a step exceeded its time limit",
  "memory-limit": "memory use exceeds the task's limit",
  "device-lost": "the kernel hung or crashed the GPU driver",
  "plan-error": "plan function failed, or its plan is invalid",
  "compile-error": "the module or a shader does not compile",
  missing: "not submitted",
  "harness-error": "Kernelmark failed twice; held for manual review",
};

/** Green if accepted, red if the candidate has to fix it, yellow if the kernel was not judged. */
export function colorVerdict(verdict: Verdict, colors: Colors, text: string = verdict): string {
  switch (verdict) {
    case "accepted":
      return colors.green(text);
    case "unsupported":
    case "missing":
    case "harness-error":
      return colors.yellow(text);
    default:
      return colors.red(text);
  }
}
