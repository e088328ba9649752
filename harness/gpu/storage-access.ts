/** How a shader may use a storage buffer. */
export type StorageAccess = "read" | "read_write";

/** A storage variable that a WGSL module declares in group 0. */
export interface StorageVariable {
  readonly name: string;
  readonly binding: number;
  readonly access: StorageAccess;
  /** Where the declaration begins in the source. */
  readonly offset: number;
}

/** A variable that a plan cannot bind: uniforms, textures, another group. */
export interface ForeignVariable {
  readonly name: string;
  readonly reason: string;
  readonly offset: number;
}

export interface ResourceVariables {
  readonly storage: readonly StorageVariable[];
  readonly foreign: readonly ForeignVariable[];
}

/** Blanks comments out, keeping every character's place (block comments nest: WGSL, §3.4 "Comments"). */
export function withoutComments(code: string): string {
  let result = "";
  let depth = 0;
  for (let at = 0; at < code.length; ) {
    if (code.startsWith("/*", at)) {
      depth++;
      result += "  ";
      at += 2;
    } else if (depth > 0 && code.startsWith("*/", at)) {
      depth--;
      result += "  ";
      at += 2;
    } else if (depth === 0 && code.startsWith("//", at)) {
      const rest = /[^\n\v\f\r\u0085\u2028\u2029]*/y;
      rest.lastIndex = at;
      const { length } = rest.exec(code)![0];
      result += " ".repeat(length);
      at += length;
    } else {
      const character = code[at]!;
      result += depth > 0 && character !== "\n" ? " " : character;
      at++;
    }
  }
  return result;
}

const ATTRIBUTES = /((?:@\s*\w+\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?)+)var\s*(<[^>]*>)?\s*(\w+)\s*:/g;

/**
 * Finds the resource variables of a WGSL module: WebGPU wants a pipeline's layout to say for each buffer whether the
 * shader may write to it, and offers no way to ask the module.
 *
 * @param constants values of `const` and `override` names, for bindings that are not written as a number
 */
export function resourceVariables(code: string): ResourceVariables {
  const source = withoutComments(code);
  const storage: StorageVariable[] = [];
  const foreign: ForeignVariable[] = [];
  for (const match of source.matchAll(ATTRIBUTES)) {
    const [, attributes, template = "", name] = match as unknown as [string, string, string | undefined, string];
    const { index: offset } = match;
    const group = attribute(source, attributes, "group");
    const binding = attribute(source, attributes, "binding");
    if (group === undefined && binding === undefined) continue;
    const kind = template.replace(/[<>\s]/g, "").replace(/,$/, "");
    const [space, access = "read"] = kind.split(",");
    if (space !== "storage") {
      const what = space === "uniform" ? "a uniform buffer" : "not a storage buffer";
      foreign.push({ name, offset, reason: `is ${what}, and a plan binds storage buffers only` });
    } else if (group !== 0) {
      foreign.push({ name, offset, reason: "is not in @group(0), the only group that a plan binds" });
    } else if (binding === undefined || Number.isNaN(binding)) {
      foreign.push({ name, offset, reason: "has a @binding that is not a plain number or a const" });
    } else if (access === "read" || access === "read_write") {
      storage.push({ name, offset, binding, access });
    } else {
      foreign.push({ name, offset, reason: `has the access "${access}", which is neither read nor read_write` });
    }
  }
  return { storage, foreign };
}

/** The value of `@name(value)`: a literal, or a module constant with a literal value; NaN for anything else. */
function attribute(source: string, attributes: string, name: string): number | undefined {
  const value = new RegExp(`@\\s*${name}\\s*\\(\\s*([^),]+?)\\s*,?\\s*\\)`).exec(attributes)?.[1];
  if (value === undefined) return undefined;
  const literal = integer(value);
  if (literal !== undefined) return literal;
  if (!/^\w+$/.test(value)) return Number.NaN;
  const constant = new RegExp(`\\bconst\\s+${value}\\s*(?::\\s*\\w+\\s*)?=\\s*([^;]+?)\\s*;`).exec(source)?.[1];
  return (constant === undefined ? undefined : integer(constant)) ?? Number.NaN;
}

function integer(text: string): number | undefined {
  return /^(0[xX][0-9a-fA-F]+|\d+)[iu]?$/.test(text) ? Number(text.replace(/[iu]$/, "")) : undefined;
}
