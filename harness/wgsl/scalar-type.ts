import { wgslTokens } from "./lexer.ts";

export type ScalarType = "f32" | "f16" | "i32" | "u32";

const SHORT = /^(?:vec[234]|mat[234]x[234])([fhiu])$/;
const SCALARS: Readonly<Record<string, ScalarType>> = { f: "f32", h: "f16", i: "i32", u: "u32" };

/**
 * The scalars of which a variable at module scope consists; undefined if there are several types, or none that this
 * reader understands.
 *
 * @param offset where its declaration starts
 */
export function scalarTypeAt(code: string, offset: number): ScalarType | undefined {
  const own = typeNames(code.slice(offset), ":", ";");
  const found = new Set<ScalarType>();
  // Iterating over a set includes members added during the iteration.
  const names = new Set(own);
  for (const name of names) {
    const scalar = SCALARS[SHORT.exec(name)?.[1] ?? ""] ?? Object.values(SCALARS).find((one) => one === name);
    if (scalar !== undefined) found.add(scalar);
    else for (const inner of declared(code, name)) names.add(inner);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** The names in a structure or an alias of this name. */
function declared(code: string, name: string): string[] {
  const at = code.search(new RegExp(String.raw`\b(?:struct|alias)\s+${name}\b`, "u"));
  if (at < 0) return [];
  return code.startsWith("struct", at) ? typeNames(code.slice(at), "{", "}") : typeNames(code.slice(at), "=", ";");
}

function typeNames(code: string, from: string, to: string): string[] {
  const names: string[] = [];
  let isInside = false;
  for (const { kind, text } of wgslTokens(code)) {
    if (isInside && text === to) break;
    if (isInside && kind === "name") names.push(text);
    if (text === from) isInside = true;
  }
  return names;
}
