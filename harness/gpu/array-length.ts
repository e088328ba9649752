import { withoutComments } from "./storage-access.ts";

const ARRAY_LENGTH =
  /(?<!\p{XID_Continue})arrayLength(?!\p{XID_Continue})(?:\s*\(\s*&\s*(?<name>[\p{XID_Start}_]\p{XID_Continue}*)\s*[.)])?/gu;

/**
 * Tells which variables' lengths a WGSL module may ask for. One that asks through a pointer of its own, as
 * `arrayLength(p)` does, may ask for any.
 */
export function asksLengthOf(code: string): (variable: string) => boolean {
  if (!code.includes("arrayLength")) return () => false;
  const names = [...withoutComments(code).matchAll(ARRAY_LENGTH)].map(({ groups }) => groups?.name);
  return (variable) => names.includes(undefined) || names.includes(variable);
}
