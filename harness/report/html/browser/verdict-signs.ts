import type { Verdict } from "../../../results/verdict.ts";

/** Short enough for a cell of a table, and distinct without colours. */
export const verdictSigns: Readonly<Record<Verdict, string>> = {
  accepted: "✓",
  "wrong-answer": "✗",
  imprecise: "≈",
  "compile-error": "CE",
  "plan-error": "PE",
  "time-limit": "TL",
  "memory-limit": "ML",
  "device-lost": "DL",
  unsupported: "?",
  missing: "–",
  "harness-error": "!",
};

export type Tone = "good" | "bad" | "neutral";

/** Neutral if the kernel was not judged. */
export function toneOf(verdict: Verdict): Tone {
  if (verdict === "accepted") return "good";
  return verdict === "unsupported" || verdict === "missing" || verdict === "harness-error" ? "neutral" : "bad";
}
