import { type WgslToken, wgslTokens } from "./lexer.ts";

/** The names of a module's compute entry points, in their order. */
export function entryPointsIn(code: string): string[] {
  const names: string[] = [];
  let isCompute = false;
  let before: WgslToken | undefined;
  for (const token of wgslTokens(code)) {
    if (before?.text === "@" && token.text === "compute") isCompute = true;
    else if (before?.text === "fn" && isCompute) {
      names.push(token.text);
      isCompute = false;
    }
    before = token;
  }
  return names;
}

/** The names of a module's `override`s. */
export function overridesIn(code: string): string[] {
  const names: string[] = [];
  let before: WgslToken | undefined;
  for (const token of wgslTokens(code)) {
    if (before?.text === "override") names.push(token.text);
    before = token;
  }
  return names;
}
