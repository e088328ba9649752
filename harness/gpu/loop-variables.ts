import { withoutComments } from "./storage-access.ts";

/**
 * Gives every variable that is declared inside a loop without a value the value that WGSL says it has: zero, each time
 * that its declaration is reached (WGSL, §7.3 "var Declarations"). Dawn's Vulkan backend (as of the npm package webgpu
 * 0.6.2) zeroes such a variable only once, when its function is entered: from the second round on it holds what the
 * round before left in it, and a kernel that is right gives wrong results.
 *
 *     for (…) { var sum: f32; … }    becomes    for (…) { var sum: f32 = f32(); … }
 */
export function initialiseLoopVariables(code: string): string {
  const visible = withoutComments(code);
  const insertions: { at: number; text: string }[] = [];
  /** For each brace that is open, whether it or one around it is a loop's. */
  const blocks: boolean[] = [];
  let parentheses = 0;
  let isLoopHead = false;
  // Each alternative ends where another declaration may begin, so that no text is looked at twice.
  const TOKENS =
    /\b(?:for|while|loop|continuing)\b|[{}()]|\bvar\s*(?:<\s*function\s*>\s*)?[\p{ID_Continue}]+\s*:([^=:;{}]*);/gu;
  for (const { 0: token, 1: type, index } of visible.matchAll(TOKENS)) {
    if (type !== undefined) {
      if (blocks.at(-1) === true) insertions.push({ at: index + token.length - 1, text: ` = ${type.trim()}()` });
    } else if (token === "(") parentheses++;
    else if (token === ")") parentheses--;
    else if (token === "{") {
      blocks.push((isLoopHead && parentheses === 0) || blocks.at(-1) === true);
      if (parentheses === 0) isLoopHead = false;
    } else if (token === "}") blocks.pop();
    else isLoopHead = true;
  }
  let result = "";
  let from = 0;
  for (const { at, text } of insertions) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}
