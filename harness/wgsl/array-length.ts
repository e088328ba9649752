import { wgslTokens } from "./lexer.ts";

/**
 * Tells which variables' lengths a WGSL module may ask for. One that asks through a pointer of its own, as
 * `arrayLength(p)` does, may ask for any; so may one whose variable is not known.
 *
 * @returns asked for the variable's name only if some length is asked for
 */
export function asksLengthOf(code: string): (nameOf: () => string | undefined) => boolean {
  if (!code.includes("arrayLength")) return () => false;
  const tokens = [...wgslTokens(code)].map(({ text }) => text);
  const names = tokens.flatMap((text, at) => (text === "arrayLength" ? [askedName(tokens, at)] : []));
  if (names.length === 0) return () => false;
  return (nameOf) => {
    const name = nameOf();
    return name === undefined || names.includes(undefined) || names.includes(name);
  };
}

/** The variable in `arrayLength(&name)` or `arrayLength(&name.member)`. */
function askedName(tokens: readonly string[], at: number): string | undefined {
  const [open, and, name, end] = tokens.slice(at + 1, at + 5);
  return open === "(" && and === "&" && (end === ")" || end === ".") ? name : undefined;
}
