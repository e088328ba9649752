import { find } from "./edit.ts";
import { insertion, type ModuleFunction, partsOf, withAll } from "./module-parts.ts";

/** More than any kernel takes on a case that is small enough for a diagnosis. */
const MOST_ROUNDS = "20000u";
const LOOPS = new Set(["for", "while", "loop"]);
const SHARED = "kernelmark_rounds";

/**
 * Ends the loops of a changed kernel after many rounds, since a change can make a loop endless. In entry points, and in
 * functions that contain or call barriers, each loop has its own counter: it stays uniform if the loop is, and barriers
 * in the loop remain valid.
 *
 * @param most the rounds of a loop, as an expression
 * @param mostWithBarriers those of a loop that contains a barrier, or calls a function with one
 */
export function boundLoops(code: string, most = MOST_ROUNDS, mostWithBarriers = most): string {
  const { tokens, functions } = partsOf(code);
  const withBarriers = new Set<string>();
  // A function may call others that are declared after it.
  for (let known = -1; known < withBarriers.size; ) {
    known = withBarriers.size;
    for (const { name, body } of functions) if (hasBarrier(body.from, body.to)) withBarriers.add(name);
  }
  const edits = functions.flatMap((one) => {
    const loops = loopsOf(one);
    const isOwn = isUniform(one);
    const counter = (index: number) => (isOwn ? `${SHARED}_${index}` : SHARED);
    const bounds = loops.map((loop, index) => {
      const own = counter(index);
      const opening = find(tokens, loop, "{");
      const rounds = hasBarrier(opening, tokens[opening]!.partner!) ? mostWithBarriers : most;
      return insertion(tokens[opening]!.end, ` if (${own} >= ${rounds}) { break; } ${own} += 1u;`);
    });
    if (!isOwn || loops.length === 0) return bounds;
    const declarations = loops.map((_, index) => ` var ${counter(index)} = 0u;`).join("");
    return [insertion(tokens[one.body.from - 1]!.end, declarations), ...bounds];
  });
  if (edits.length === 0) return code;
  const isShared = functions.some((one) => !isUniform(one) && loopsOf(one).length > 0);
  return `${withAll(code, edits)}${isShared ? `\nvar<private> ${SHARED}: u32;\n` : ""}`;

  function isUniform({ isEntry, name }: ModuleFunction): boolean {
    return isEntry || withBarriers.has(name);
  }

  function hasBarrier(from: number, to: number): boolean {
    return tokens.slice(from, to).some(({ text }) => text.endsWith("Barrier") || withBarriers.has(text));
  }

  function loopsOf({ body }: ModuleFunction): number[] {
    const found: number[] = [];
    for (let at = body.from; at < body.to; at++) if (LOOPS.has(tokens[at]!.text)) found.push(at);
    return found;
  }
}
