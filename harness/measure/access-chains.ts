import { functionsOf } from "../mutation/module-parts.ts";
import type { Token } from "../mutation/wgsl-tokens.ts";

/** Why a kernel cannot be counted, as the end of a sentence. */
export class Uncountable extends Error {}

/** An array at module scope that invocations share. */
export interface ArrayVariable {
  readonly name: string;
  readonly space: "storage" | "workgroup";
  readonly binding: number | undefined;
  readonly type: Type;
  /** Bytes from one element to the next. */
  readonly stride: number;
}

/** As far as sizes of accesses depend on it. */
export type Type =
  | { readonly kind: "scalar"; readonly bytes: number }
  /** A matrix, too: its columns are not distinguished. */
  | { readonly kind: "vector"; readonly bytes: number; readonly scalarBytes: number }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "struct"; readonly name: string; readonly bytes: number };

const SCALAR_BYTES: Readonly<Record<string, number>> = { f32: 4, i32: 4, u32: 4, f16: 2, f: 4, i: 4, u: 4, h: 2 };

/** Reads types of a module: aliases and structures by their names. */
export class TypeReader {
  readonly #tokens: readonly Token[];
  /** The index of the first token of an alias's type, or of a structure's bracket. */
  readonly #declared = new Map<string, { readonly isStruct: boolean; readonly at: number }>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    for (const [at, { text }] of tokens.entries()) {
      const name = tokens[at + 1]?.text ?? "";
      if (text === "struct") this.#declared.set(name, { isStruct: true, at: at + 2 });
      if (text === "alias") this.#declared.set(name, { isStruct: false, at: at + 3 });
    }
  }

  /** The type that begins at a token; undefined if it is not understood. */
  typeAt(at: number, depth = 0): Type | undefined {
    const { text } = this.#tokens[at]!;
    // Declarations cannot be recursive in a module that compiles, but this may be any text.
    if (depth > 20) return undefined;
    if (text === "array") {
      const element = this.typeAt(at + 2, depth + 1);
      return element && { kind: "array", element };
    }
    if (text === "atomic") return { kind: "scalar", bytes: 4 };
    const scalar = SCALAR_BYTES[text];
    if (scalar !== undefined && text.length > 1) return { kind: "scalar", bytes: scalar };
    const [, size, columns, rows, suffix] = /^(?:vec([234])|mat([234])x([234]))([fiuh]?)$/.exec(text) ?? [];
    if (suffix !== undefined) {
      const scalar = suffix === "" ? this.typeAt(at + 2, depth + 1) : { kind: "scalar", bytes: SCALAR_BYTES[suffix]! };
      if (scalar?.kind !== "scalar") return undefined;
      const scalars = size === undefined ? Number(columns) * Number(rows) : Number(size);
      return { kind: "vector", bytes: scalars * scalar.bytes, scalarBytes: scalar.bytes };
    }
    const declared = this.#declared.get(text);
    if (declared === undefined) return undefined;
    if (!declared.isStruct) return this.typeAt(declared.at, depth + 1);
    const members = this.#members(text).map(({ typeAt }) => this.typeAt(typeAt, depth + 1));
    if (members.some((member) => member === undefined || member.kind === "array")) return undefined;
    const bytes = members.reduce((sum, member) => sum + (member as { bytes: number }).bytes, 0);
    return { kind: "struct", name: text, bytes };
  }

  memberOf(struct: string, name: string): Type | undefined {
    const member = this.#members(struct).find((one) => one.name === name);
    return member && this.typeAt(member.typeAt);
  }

  /** The builtins among a structure's members, with the members' names. */
  builtinsOf(type: string): (readonly [builtin: string, member: string])[] {
    return this.#declared.get(type)?.isStruct
      ? this.#members(type).flatMap(({ name, builtin }) => (builtin === undefined ? [] : [[builtin, name] as const]))
      : [];
  }

  #members(struct: string): { readonly name: string; readonly typeAt: number; readonly builtin: string | undefined }[] {
    const tokens = this.#tokens;
    const open = this.#declared.get(struct)!.at;
    const close = tokens[open]!.partner!;
    const members = [];
    let builtin: string | undefined;
    for (let at = open + 1; at < close; at++) {
      const { text, partner } = tokens[at]!;
      if (text === "builtin" && tokens[at - 1]?.text === "@") builtin = tokens[at + 2]?.text;
      if (text === ":") {
        members.push({ name: tokens[at - 1]!.text, typeAt: at + 1, builtin });
        builtin = undefined;
      } else if (partner !== undefined && partner > at) at = partner;
    }
    return members;
  }
}

/**
 * Arrays in storage and in workgroup memory, by their names.
 *
 * @throws Uncountable if a type is not understood, or a function declares a name again
 */
export function arrayVariables(tokens: readonly Token[]): {
  readonly variables: ReadonlyMap<string, ArrayVariable>;
  readonly types: TypeReader;
} {
  const types = new TypeReader(tokens);
  const variables = new Map<string, ArrayVariable>();
  for (const [at, { text }] of tokens.entries()) {
    if (text !== "var" || tokens[at + 1]?.text !== "<") continue;
    const space = tokens[at + 2]!.text;
    if (space !== "storage" && space !== "workgroup") continue;
    const declaredAt = tokens[at + 1]!.partner! + 1;
    const name = tokens[declaredAt]!.text;
    const type = types.typeAt(declaredAt + 2);
    if (type === undefined) throw new Uncountable(`the type of \`${name}\` was not understood`);
    if (type.kind !== "array") continue;
    const stride = strideOf(type.element);
    variables.set(name, { name, space, binding: bindingBefore(tokens, at), type, stride });
  }
  for (const { parameters, body } of functionsOf(tokens)) {
    for (let at = parameters.from; at < body.to; at++) {
      const isDeclared =
        at < parameters.to ? tokens[at + 1]?.text === ":" : /^(let|var|const)$/.test(tokens[at - 1]?.text ?? "");
      const { text } = tokens[at]!;
      if (isDeclared && variables.has(text)) throw new Uncountable(`a function declares \`${text}\` again`);
    }
  }
  return { variables, types };
}

/** Rows of arrays of vec3 are padded to four scalars; structures to their largest member, which is ignored here. */
function strideOf(type: Type): number {
  if (type.kind === "array") return strideOf(type.element);
  if (type.kind === "vector" && type.bytes === 3 * type.scalarBytes) return 4 * type.scalarBytes;
  return type.bytes;
}

function bindingBefore(tokens: readonly Token[], variable: number): number | undefined {
  for (let at = variable - 1; at >= 0 && !/^[;}]$/.test(tokens[at]!.text); at--) {
    if (tokens[at]!.text === "binding" && tokens[at - 1]?.text === "@")
      return Number.parseInt(tokens[at + 2]!.text, 10);
  }
  return undefined;
}

/** `x[i]`, `tile[row][column]`, `cells[i].sum.x` */
export interface Chain {
  /** The bracket of the last index into an array. */
  readonly open: number | undefined;
  /** The token after it. */
  readonly end: number;
  readonly bytes: number;
  /** How many indices into arrays there are. */
  readonly indices: number;
}

/** Reads an access that begins with a variable's name. */
export function chainOf(tokens: readonly Token[], at: number, variable: ArrayVariable, types: TypeReader): Chain {
  let type: Type | undefined = variable.type;
  let open: number | undefined;
  let indices = 0;
  let end = at + 1;
  for (;;) {
    const { text, partner } = tokens[end] ?? { text: "", partner: undefined };
    if (text === "[" && type?.kind === "array") {
      open = end;
      indices++;
      type = type.element;
      end = partner! + 1;
    } else if (text === "[" && type?.kind === "vector") {
      type = { kind: "scalar", bytes: type.scalarBytes };
      end = partner! + 1;
    } else if (text === "." && type?.kind === "struct") {
      type = types.memberOf(type.name, tokens[end + 1]!.text);
      end += 2;
    } else if (text === "." && type?.kind === "vector") {
      type = { kind: "scalar", bytes: type.scalarBytes * tokens[end + 1]!.text.length };
      end += 2;
    } else if (text === "[" && open !== undefined) {
      // A column of a matrix.
      end = partner! + 1;
    } else break;
  }
  return { open, end, indices, bytes: type === undefined || type.kind === "array" ? variable.stride : type.bytes };
}
