import type { Verdict } from "../../results/verdict.ts";
import type { Colors } from "../../text/text-style.ts";

/** What each verdict means, for somebody who sees it for the first time. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  accepted: "right on every case",
  unsupported: "this adapter cannot run it",
  imprecise: "the errors are far larger than those of f32 arithmetic",
  "wrong-answer": "some elements are not what they should be",
  "time-limit": "something did not end in time",
  "memory-limit": "it takes more memory than the task allows",
  "device-lost": "the kernel took the GPU down",
  "plan-error": "the plan function failed, or its plan cannot be run",
  "compile-error": "the module or one of its shaders does not compile",
  missing: "nothing was handed in",
  "harness-error": "Kernelmark failed twice: held for a person",
};

/** Green for what is right, red for what the candidate should mend, yellow for what says nothing about the kernel. */
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
