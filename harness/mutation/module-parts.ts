import { bodies, type Edit, find, type TokenRange } from "./edit.ts";
import { type Token, tokenize } from "./wgsl-tokens.ts";

/** A module's text as the edits of a candidate's kernel see it. */
export interface ModuleParts {
  readonly code: string;
  readonly tokens: readonly Token[];
  readonly variables: readonly ModuleVariable[];
  /** Names and types of the `override` declarations. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly functions: readonly ModuleFunction[];
}

/** A variable of module scope; numbers are indices of tokens. */
export interface ModuleVariable {
  readonly name: string;
  /** `workgroup`, `storage`, `private`. */
  readonly space: string;
  readonly isWritable: boolean;
  readonly at: number;
  /** Its type, from the first token to behind the last one. */
  readonly type: { readonly from: number; readonly to: number };
}

export interface ModuleFunction {
  readonly name: string;
  readonly isEntry: boolean;
  /** Its `fn`, its brackets of parameters, and its body between braces. */
  readonly at: number;
  readonly parameters: TokenRange;
  readonly body: TokenRange;
}

export function partsOf(code: string): ModuleParts {
  const tokens = tokenize(code);
  return {
    code,
    tokens,
    variables: variablesOf(tokens),
    overrides: overridesOf(tokens),
    functions: functionsOf(tokens),
  };
}

/** The module's text from one token to before another. */
export function textBetween({ code, tokens }: ModuleParts, from: number, to: number): string {
  return from >= to ? "" : code.slice(tokens[from]!.start, tokens[to - 1]!.end);
}

/** Nothing is replaced. */
export function insertion(offset: number, text: string): Edit {
  return { start: offset, end: offset, text, change: "" };
}

/** Several edits of one module at once. */
export function withAll(code: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(code.slice(from, start), text);
    from = end;
  }
  return parts.join("") + code.slice(from);
}

function variablesOf(tokens: readonly Token[]): ModuleVariable[] {
  return topLevel(tokens).flatMap((at) => {
    if (tokens[at]!.text !== "var" || tokens[at + 1]?.isTemplate !== true) return [];
    const opening = at + 1;
    const closing = tokens[opening]!.partner!;
    const name = closing + 1;
    if (tokens[name + 1]?.text !== ":") return [];
    const space = tokens[opening + 1]!.text;
    const isWritable = space !== "storage" || tokens[closing - 1]!.text === "read_write";
    return [
      { name: tokens[name]!.text, space, isWritable, at, type: { from: name + 2, to: endOfType(tokens, name + 2) } },
    ];
  });
}

function endOfType(tokens: readonly Token[], from: number): number {
  let end = from;
  while (end < tokens.length && tokens[end]!.text !== ";" && tokens[end]!.text !== "=") end++;
  return end;
}

function overridesOf(tokens: readonly Token[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const at of topLevel(tokens)) {
    if (tokens[at]!.text !== "override") continue;
    found.set(tokens[at + 1]!.text, tokens[at + 2]?.text === ":" ? tokens[at + 3]!.text : "");
  }
  return found;
}

/** Tokens outside the functions. */
function topLevel(tokens: readonly Token[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < tokens.length; at++) {
    found.push(at);
    const { text, partner } = tokens[at]!;
    if (text === "{" && partner !== undefined) at = partner;
  }
  return found;
}

export function functionsOf(tokens: readonly Token[]): ModuleFunction[] {
  const inside = bodies(tokens).filter(({ kind }) => kind === "function");
  let attributes = 0;
  return inside.map((body) => {
    const at = beginningOf(tokens, body.from);
    const opening = find(tokens, at, "(");
    const isEntry = tokens
      .slice(attributes, at)
      .some(({ text }, index, own) => text === "compute" && own[index - 1]?.text === "@");
    attributes = body.to;
    return {
      name: tokens[at + 1]!.text,
      isEntry,
      at,
      parameters: { from: opening + 1, to: tokens[opening]!.partner!, kind: "function" },
      body,
    };
  });
}

/** `bodies`, without functions that no entry point calls, directly or through others; all, if there is none. */
export function usedBodies(tokens: readonly Token[]): TokenRange[] {
  const functions = functionsOf(tokens);
  const used = new Set(functions.filter(({ isEntry }) => isEntry));
  if (used.size === 0) return bodies(tokens);
  // Iterating over a set includes members added during the iteration.
  for (const { body } of used) {
    const mentioned = new Set(tokens.slice(body.from, body.to).map(({ text }) => text));
    for (const one of functions) if (mentioned.has(one.name)) used.add(one);
  }
  const begins = new Set([...used].map(({ body }) => body.from));
  return bodies(tokens).filter(({ kind, from }) => kind !== "function" || begins.has(from));
}

/** The `fn` before a body. */
function beginningOf(tokens: readonly Token[], body: number): number {
  let at = body - 1;
  while (tokens[at]!.text !== "fn") at--;
  return at;
}

/** A statement, or a block with its header: `if (…) { … } else { … }`. */
export interface StatementRange {
  /** Its first token, and behind its last one. */
  readonly from: number;
  readonly to: number;
  /** The `{` of its blocks. */
  readonly blocks: readonly number[];
}

/** The statements directly in a block; `from` is behind its `{`, `to` is its `}`. */
export function statementsIn(tokens: readonly Token[], from: number, to: number): StatementRange[] {
  const found: StatementRange[] = [];
  let start = from;
  let blocks: number[] = [];
  for (let at = from; at < to; at++) {
    const { text, partner } = tokens[at]!;
    if (text === ";") {
      found.push({ from: start, to: at + 1, blocks });
      [start, blocks] = [at + 1, []];
    } else if (partner !== undefined && partner > at) {
      if (text === "{") blocks.push(at);
      at = partner;
      if (text !== "{" || tokens[at + 1]?.text === "else") continue;
      found.push({ from: start, to: at + 1, blocks });
      [start, blocks] = [at + 1, []];
    }
  }
  return found;
}

/** All statements of a function, those in blocks after the one that has the blocks. */
export function allStatements(tokens: readonly Token[], { from, to }: TokenRange): StatementRange[] {
  return statementsIn(tokens, from, to).flatMap((statement) => [
    statement,
    ...statement.blocks.flatMap((block) =>
      allStatements(tokens, { from: block + 1, to: tokens[block]!.partner!, kind: "function" }),
    ),
  ]);
}
