import { type WgslToken, wgslTokens } from "./lexer.ts";

const LOOPS: ReadonlySet<string> = new Set(["for", "while", "loop", "continuing"]);

/**
 * Gives every variable that is declared inside a loop without a value the value that WGSL says it has: zero, each time
 * that its declaration is reached (WGSL, §7.3 "var Declarations"). Dawn's Vulkan backend (as of the npm package webgpu
 * 0.6.2) zeroes such a variable only once, when its function is entered: from the second round on it holds what the
 * round before left in it, and a kernel that is right gives wrong results.
 *
 *     for (…) { var sum: f32; … }    becomes    for (…) { var sum: f32 = f32(); … }
 */
export function initialiseLoopVariables(code: string): string {
  const parts: string[] = [];
  let from = 0;
  /** For each brace that is open, whether it or one around it is a loop's. */
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

/** A variable's declaration, from behind `var` on. */
class Declaration {
  #brackets = 0;
  #hasType = false;
  readonly #type: WgslToken[] = [];

  /** @returns once it ends; `typeText` where it has a type and no value */
  take(token: WgslToken): { readonly typeText?: string } | undefined {
    const { text } = token;
    // Where a bracket closes that it did not open, or a block begins, this is no declaration.
    if (text === "{" || text === "}" || (this.#brackets === 0 && text === ")")) return {};
    if (this.#brackets === 0 && text === "=") return {};
    if (this.#brackets === 0 && text === ";") return this.#type.length === 0 ? {} : { typeText: this.#typeText() };
    if (text === "(" || text === "[") this.#brackets++;
    else if (text === ")" || text === "]") this.#brackets--;
    if (this.#hasType) this.#type.push(token);
    else this.#hasType = text === ":";
    return undefined;
  }

  /** The type as it is written, without comments: blanks keep apart what is apart. */
  #typeText(): string {
    return this.#type
      .map(({ text, start }, index) => {
        const before = this.#type[index - 1];
        return before !== undefined && before.end < start ? ` ${text}` : text;
      })
      .join("");
  }
}
