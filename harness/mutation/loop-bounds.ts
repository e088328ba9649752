import { find } from "./edit.ts";
import { insertion, type ModuleFunction, partsOf, withAll } from "./module-parts.ts";

/** More than any kernel takes on a case that is small enough for a diagnosis. */
const MOST_ROUNDS = "20000u";
const LOOPS = new Set(["for", "while", "loop"]);
const SHARED = "kernelmark_rounds";

/**
 * Ends the loops of a changed kernel after many rounds, since a change can make a loop endless. In entry points, and
 * in functions with barriers, each loop has its own counter: it stays uniform if the loop is, and barriers in the loop
 * remain valid.
 *
 * @param most the rounds of a loop, as an expression
 */
export function boundLoops(code: string, most = MOST_ROUNDS): string {
  const { tokens, functions } = partsOf(code);
  const edits = functions.flatMap((one) => {
    const loops = loopsOf(one);
    const isOwn = isUniform(one);
    const counter = (index: number) => (isOwn ? `${SHARED}_${index}` : SHARED);
    const bounds = loops.map((loop, index) => {
      const own = counter(index);
      return insertion(tokens[find(tokens, loop, "{")]!.end, ` if (${own} >= ${most}) { break; } ${own} += 1u;`);
    });
    if (!isOwn || loops.length === 0) return bounds;
    const declarations = loops.map((_, index) => ` var ${counter(index)} = 0u;`).join("");
    return [insertion(tokens[one.body.from - 1]!.end, declarations), ...bounds];
  });
  if (edits.length === 0) return code;
  const isShared = functions.some((one) => !isUniform(one) && loopsOf(one).length > 0);
  return `${withAll(code, edits)}${isShared ? `\nvar<private> ${SHARED}: u32;\n` : ""}`;

  function isUniform({ isEntry, body }: ModuleFunction): boolean {
    return isEntry || tokens.slice(body.from, body.to).some(({ text }) => text.endsWith("Barrier"));
  }

  function loopsOf({ body }: ModuleFunction): number[] {
    const found: number[] = [];
    for (let at = body.from; at < body.to; at++) if (LOOPS.has(tokens[at]!.text)) found.push(at);
    return found;
  }
}
