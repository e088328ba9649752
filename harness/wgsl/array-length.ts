import { wgslTokens } from "./lexer.ts";

/**
 * Finds the variables whose length a WGSL module may query. A module that queries through its own pointer, as
 * `arrayLength(p)` does, may query any; so may one with an unknown variable.
 *
 * @returns a predicate, which calls for the variable's name only if the module queries a length
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
