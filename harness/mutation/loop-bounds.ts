import { find } from "./edit.ts";
import { tokenize } from "./wgsl-tokens.ts";

/** More than any kernel takes on a case that is small enough for a diagnosis. */
const MOST_ROUNDS = 20_000;
const LOOPS = new Set(["for", "while", "loop"]);

/** Ends the loops of a changed kernel after many rounds, since a change can make a loop endless. */
export function boundLoops(code: string): string {
  const tokens = tokenize(code);
  const parts: string[] = [];
  let from = 0;
  for (const [at, { text }] of tokens.entries()) {
    if (!LOOPS.has(text)) continue;
    const { end } = tokens[find(tokens, at, "{")]!;
    parts.push(code.slice(from, end), ` if (rounds_taken >= ${MOST_ROUNDS}u) { break; } rounds_taken += 1u;`);
    from = end;
  }
  if (parts.length === 0) return code;
  return `${parts.join("")}${code.slice(from)}\nvar<private> rounds_taken: u32;\n`;
}
