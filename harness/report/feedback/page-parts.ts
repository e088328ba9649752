import type { WrongElements } from "../../results/evidence.ts";
import type { Verdict } from "../../results/verdict.ts";
import type { Quartiles } from "./standing.ts";

/** A stretch of text, or of code. Neither contains markup. */
export type Span = string | { readonly code: string };
export type Prose = readonly Span[];

/** A part of a page, independent of its format. */
export type Part =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: Prose }
  | { readonly kind: "verdict"; readonly verdict: Verdict; readonly text: Prose }
  | { readonly kind: "paragraph"; readonly text: Prose }
  | { readonly kind: "list"; readonly items: readonly Prose[] }
  /** Lines of a file or of a program's output; `about` names it. */
  | { readonly kind: "lines"; readonly about: string; readonly text: string }
  | {
      readonly kind: "table";
      readonly about: string;
      readonly columns: readonly Column[];
      readonly rows: readonly Prose[][];
    }
  /** Where an output is wrong. */
  | { readonly kind: "picture"; readonly evidence: WrongElements }
  /** One value among those of all submissions. */
  | {
      readonly kind: "quartiles";
      readonly about: string;
      readonly own: number;
      readonly quartiles: Quartiles;
      readonly unit: "%" | "x";
    };

export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

/** Splits a sentence at the backticks around code. */
export function prose(sentence: string): Prose {
  const pieces = sentence.split("`");
  // An unpaired backtick is text.
  if (pieces.length % 2 === 0) pieces.push(pieces.splice(-2).join("`"));
  return pieces.map((text, index) => (index % 2 === 0 ? text : { code: text })).filter((span) => span !== "");
}

/** A sign and a tone for a verdict: accepted, to be fixed, or not judged. */
export function verdictMark(verdict: Verdict): { readonly sign: string; readonly tone: "good" | "bad" | "neutral" } {
  switch (verdict) {
    case "accepted":
      return { sign: "✓", tone: "good" };
    case "missing":
    case "unsupported":
    case "harness-error":
      return { sign: "–", tone: "neutral" };
    default:
      return { sign: "✗", tone: "bad" };
  }
}
