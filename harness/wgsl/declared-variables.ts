import { type WgslToken, wgslTokens, wholeNumber } from "./lexer.ts";

/** A resource variable of a WGSL module. */
export interface DeclaredVariable {
  readonly name: string;
  /** The start of the declaration in the source, including attributes. */
  readonly offset: number;
}

/** A declaration at module scope. */
interface Declaration extends DeclaredVariable {
  /** `var`, `fn`, `const`, `struct` … */
  readonly keyword: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** The tokens after the name. */
  readonly rest: readonly string[];
}

/**
 * Finds the variable that an entry point has at a binding, to name it and show its place. Messages alone depend on it:
 * Dawn decides which bindings a kernel uses (`used-bindings.ts`).
 *
 * @param entryPoint undefined if the module has only one
 * @returns undefined if this reader does not understand the source
 */
export function variableAt(
  code: string,
  entryPoint: string | undefined,
  { group, binding }: { readonly group: number; readonly binding: number },
): DeclaredVariable | undefined {
  const declarations = new Map<string, Declaration>();
  for (const declaration of readDeclarations(code)) declarations.set(declaration.name, declaration);
  const evaluator = new Evaluator(declarations);
  const isAt = (wanted: number, value: number) => wanted === value || Number.isNaN(value);
  const candidates = reachable(declarations, entryPoint).flatMap((declaration) => {
    const { keyword, attributes } = declaration;
    if (keyword !== "var" || !attributes.has("binding")) return [];
    const at = [attributes.get("group") ?? [], attributes.get("binding")!].map((tokens) => evaluator.value(tokens));
    return isAt(group, at[0]!) && isAt(binding, at[1]!) ? [{ declaration, isSure: !at.some(Number.isNaN) }] : [];
  });
  const found = candidates.find(({ isSure }) => isSure) ?? (candidates.length === 1 ? candidates[0] : undefined);
  return found?.declaration;
}

function* readDeclarations(code: string): Generator<Declaration> {
  let tokens: WgslToken[] = [];
  let depth = 0;
  for (const token of wgslTokens(code)) {
    tokens.push(token);
    if ("([{".includes(token.text)) depth++;
    else if (")]}".includes(token.text)) depth--;
    if (depth > 0 || (token.text !== ";" && token.text !== "}")) continue;
    const declaration = declarationOf(tokens);
    if (declaration !== undefined) yield declaration;
    tokens = [];
    depth = 0;
  }
}

function declarationOf(tokens: readonly WgslToken[]): Declaration | undefined {
  const texts = tokens.map(({ text }) => text);
  const attributes = new Map<string, readonly string[]>();
  let at = 0;
  while (texts[at] === "@") {
    const name = texts[at + 1] ?? "";
    const end = texts[at + 2] === "(" ? closing(texts, at + 2) : at + 1;
    attributes.set(name, texts.slice(at + 3, end));
    at = end + 1;
  }
  const keyword = texts[at++];
  if (keyword === "var" && texts[at] === "<") at = texts.indexOf(">", at) + 1;
  const name = texts[at];
  if (keyword === undefined || name === undefined) return undefined;
  return { keyword, name, offset: tokens[0]!.start, attributes, rest: texts.slice(at + 1) };
}

/** The index of the bracket that closes the one at `open`, or the end. */
function closing(texts: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < texts.length; at++) {
    if (texts[at] === "(") depth++;
    else if (texts[at] === ")" && --depth === 0) return at;
  }
  return texts.length;
}

/** The declarations that an entry point mentions, directly or through others. */
function reachable(declarations: ReadonlyMap<string, Declaration>, entryPoint: string | undefined): Declaration[] {
  const isEntry = ({ name, attributes }: Declaration) =>
    entryPoint === undefined ? attributes.has("compute") : name === entryPoint;
  const found = new Set([...declarations.values()].filter(isEntry));
  // Iterating over a set includes members added during the iteration.
  for (const { rest } of found) {
    for (const text of rest) {
      const mentioned = declarations.get(text);
      if (mentioned !== undefined) found.add(mentioned);
    }
  }
  return [...found];
}

/** Nesting of expressions and constants; honest ones need two or three. */
const DEEPEST = 50;

/** Evaluates whole-number expressions of literals and constants; NaN if it does not understand one. */
class Evaluator {
  readonly #declarations: ReadonlyMap<string, Declaration>;
  readonly #constants = new Map<string, number>();

  constructor(declarations: ReadonlyMap<string, Declaration>) {
    this.#declarations = declarations;
  }

  value(tokens: readonly string[], depth = 0): number {
    // A comma may follow an attribute's argument.
    const reader = new TokenReader(tokens.at(-1) === "," ? tokens.slice(0, -1) : tokens);
    const value = this.#sum(reader, depth);
    return reader.next === undefined ? value : Number.NaN;
  }

  #sum(reader: TokenReader, depth: number): number {
    let value = this.#product(reader, depth);
    for (;;) {
      if (reader.takes("+")) value += this.#product(reader, depth);
      else if (reader.takes("-")) value -= this.#product(reader, depth);
      else return value;
    }
  }

  #product(reader: TokenReader, depth: number): number {
    let value = this.#operand(reader, depth);
    for (;;) {
      if (reader.takes("*")) value *= this.#operand(reader, depth);
      else if (reader.takes("/")) value = Math.trunc(value / this.#operand(reader, depth));
      else if (reader.takes("%")) value %= this.#operand(reader, depth);
      else return value;
    }
  }

  #operand(reader: TokenReader, depth: number): number {
    if (depth > DEEPEST) return Number.NaN;
    if (reader.takes("-")) return -this.#operand(reader, depth + 1);
    if (reader.takes("(")) {
      const value = this.#sum(reader, depth + 1);
      return reader.takes(")") ? value : Number.NaN;
    }
    const text = reader.take() ?? "";
    return wholeNumber(text) ?? this.#constant(text, depth);
  }

  #constant(name: string, depth: number): number {
    const known = this.#constants.get(name);
    if (known !== undefined) return known;
    // For a constant that refers to itself.
    this.#constants.set(name, Number.NaN);
    const { keyword, rest = [] } = this.#declarations.get(name) ?? {};
    const value = keyword === "const" ? this.value(rest.slice(rest.indexOf("=") + 1, -1), depth + 1) : Number.NaN;
    this.#constants.set(name, value);
    return value;
  }
}

class TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(): string | undefined {
    return this.#tokens[this.#at++];
  }

  takes(text: string): boolean {
    if (this.next !== text) return false;
    this.#at++;
    return true;
  }
}
