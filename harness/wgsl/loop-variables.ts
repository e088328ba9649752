import { type WgslToken, wgslTokens } from "./lexer.ts";

const LOOPS: ReadonlySet<string> = new Set(["for", "while", "loop", "continuing"]);

/**
 * Initialises every variable that is declared inside a loop without a value. WGSL defines it as zero each time its
 * declaration is reached (WGSL, §7.3 "var Declarations"). Dawn's Vulkan backend (as of the npm package webgpu 0.6.2)
 * zeroes it only once, on entry to its function: from the second round on it keeps the previous round's value, and a
 * correct kernel gives wrong results.
 *
 *     for (…) { var sum: f32; … }    becomes    for (…) { var sum: f32 = f32(); … }
 */
export function initialiseLoopVariables(code: string): string {
  const parts: string[] = [];
  let from = 0;
  /** For each open brace, whether it or an enclosing one is a loop's. */
  const blocks: boolean[] = [];
  let parentheses = 0;
  let isLoopHead = false;
  let declaration: Declaration | undefined;
  for (const token of wgslTokens(code)) {
    const { text, start } = token;
    if (declaration !== undefined) {
      const ending = declaration.take(token);
      if (ending !== undefined) declaration = undefined;
      if (ending?.typeText !== undefined) {
        parts.push(code.slice(from, start), ` = ${ending.typeText}()`);
        from = start;
      }
    } else if (text === "var" && blocks.at(-1) === true) declaration = new Declaration();
    if (LOOPS.has(text)) isLoopHead = true;
    else if (text === "(") parentheses++;
    else if (text === ")") parentheses--;
    else if (text === "{") {
      blocks.push((isLoopHead && parentheses === 0) || blocks.at(-1) === true);
      if (parentheses === 0) isLoopHead = false;
    } else if (text === "}") blocks.pop();
  }
  return parts.length === 0 ? code : parts.join("") + code.slice(from);
}

/** A variable's declaration, after `var`. */
class Declaration {
  #brackets = 0;
  #hasType = false;
  readonly #type: WgslToken[] = [];

  /** @returns a result at its end, with `typeText` if it has a type and no value */
  take(token: WgslToken): { readonly typeText?: string } | undefined {
    const { text } = token;
    // If a bracket closes that was not opened here, or a block begins, this is not a declaration.
    if (text === "{" || text === "}" || (this.#brackets === 0 && text === ")")) return {};
    if (this.#brackets === 0 && text === "=") return {};
    if (this.#brackets === 0 && text === ";") return this.#type.length === 0 ? {} : { typeText: this.#typeText() };
    if (text === "(" || text === "[") this.#brackets++;
    else if (text === ")" || text === "]") this.#brackets--;
    if (this.#hasType) this.#type.push(token);
    else this.#hasType = text === ":";
    return undefined;
  }

  /** The type as written, without comments: separate tokens keep a blank between them. */
  #typeText(): string {
    return this.#type
      .map(({ text, start }, index) => {
        const before = this.#type[index - 1];
        return before !== undefined && before.end < start ? ` ${text}` : text;
      })
      .join("");
  }
}
