import { type Token, tokenize } from "../mutation/wgsl-tokens.ts";
import { wholeNumber } from "../wgsl/lexer.ts";
import type {
  Block,
  Declaration,
  Expression,
  Resource,
  Statement,
  Variable,
  WgslFunction,
  WgslSyntax,
} from "./wgsl-syntax.ts";
import {
  calledType,
  concrete,
  elementOf,
  fullType,
  operatorType,
  swizzled,
  UNKNOWN,
  type WgslType,
} from "./wgsl-types.ts";

/** Reads a module; undefined if it is not WGSL that this reader knows. */
export function readSyntax(code: string): WgslSyntax | undefined {
  try {
    return new Reader(code).module();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

/** Tighter operators come later. */
const PRECEDENCE = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="]);
const UNARY = new Set(["-", "!", "~", "&", "*"]);

interface Attribute {
  readonly name: string;
  readonly args: readonly Expression[];
}

class Reader {
  readonly #code: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #scopes: Map<string, Variable>[] = [new Map()];
  readonly #structures = new Map<string, ReadonlyMap<string, WgslType>>();
  readonly #aliases = new Map<string, WgslType>();
  readonly #results = new Map<string, WgslType>();
  readonly #globals: Variable[] = [];

  constructor(code: string) {
    this.#code = code;
    try {
      this.#tokens = tokenize(code);
    } catch {
      throw new Unreadable();
    }
  }

  /** Functions may be called before their declaration, so a first round reads all other declarations and results. */
  module(): WgslSyntax {
    const bodies: (() => WgslFunction)[] = [];
    while (this.#at < this.#tokens.length) {
      const attributes = this.#attributes();
      const from = this.#at;
      if (this.#takes("fn")) {
        const read = this.#function(attributes);
        bodies.push(read);
      } else if (this.#takes("struct")) {
        this.#structure();
      } else if (this.#takes("alias")) {
        const name = this.#name();
        this.#expect("=");
        this.#aliases.set(name, this.#type());
        this.#expect(";");
      } else if (["const", "override", "var"].includes(this.#text())) {
        this.#global(attributes);
      } else if (!this.#takes(";")) {
        // `enable`, `requires`, `diagnostic` and `const_assert` declare nothing.
        while (this.#at < this.#tokens.length && !this.#takes(";")) this.#at++;
      }
      if (this.#at === from) throw new Unreadable();
    }
    return { code: this.#code, globals: this.#globals, functions: bodies.map((read) => read()) };
  }

  #attributes(): Attribute[] {
    const attributes: Attribute[] = [];
    while (this.#takes("@")) {
      const name = this.#name();
      attributes.push({ name, args: this.#text() === "(" ? this.#arguments() : [] });
    }
    return attributes;
  }

  #global(attributes: readonly Attribute[]): void {
    const keyword = this.#take().text as "const" | "override" | "var";
    const space = this.#template();
    const name = this.#name();
    const typeFrom = this.#at + 1;
    const type = this.#takes(":") ? this.#type() : undefined;
    const typePlace = { start: this.#tokens[typeFrom]?.start ?? 0, end: this.#tokens[this.#at - 1]!.end };
    const value = this.#takes("=") ? this.#expression() : undefined;
    this.#expect(";");
    const binding = attributes.find((attribute) => attribute.name === "binding")?.args[0];
    // An abstract constant keeps its type: 64 is a u32 in one place and an f32 in another.
    const ownType = type ?? (keyword === "const" ? (value?.type ?? UNKNOWN) : concrete(value?.type ?? UNKNOWN));
    const resource: Resource | undefined =
      binding === undefined
        ? undefined
        : { binding: wholeNumber(binding.text) ?? Number.NaN, isReadOnly: !space.includes("read_write"), typePlace };
    const variable: Variable = {
      ...{ name, type: ownType, keyword, isGlobal: true },
      ...(resource === undefined ? {} : { resource }),
    };
    this.#globals.push(variable);
    this.#scopes[0]!.set(name, variable);
  }

  #structure(): void {
    const name = this.#name();
    const members = new Map<string, WgslType>();
    this.#expect("{");
    while (!this.#takes("}")) {
      this.#attributes();
      const member = this.#name();
      this.#expect(":");
      members.set(member, this.#type());
      this.#takes(",");
    }
    this.#structures.set(name, members);
  }

  /** Reads a function's head; its body is read once all declarations are known. */
  #function(attributes: readonly Attribute[]): () => WgslFunction {
    const name = this.#name();
    this.#expect("(");
    const parameters: Variable[] = [];
    while (!this.#takes(")")) {
      const own = this.#attributes();
      const parameter = this.#name();
      this.#expect(":");
      const builtin = own.find((attribute) => attribute.name === "builtin")?.args[0]?.text;
      parameters.push({
        ...{ name: parameter, type: this.#type(), keyword: "parameter", isGlobal: false },
        ...(builtin === undefined ? {} : { builtin }),
      });
      this.#takes(",");
    }
    let result: WgslType | undefined;
    if (this.#takes("->")) {
      this.#attributes();
      result = this.#type();
      this.#results.set(name, result);
    }
    const bodyAt = this.#at;
    this.#at = this.#token().partner! + 1;
    const workgroupSize = attributes.find((attribute) => attribute.name === "workgroup_size")?.args;
    return () => {
      this.#at = bodyAt;
      return {
        name,
        parameters,
        ...(result === undefined ? {} : { result }),
        body: this.#block(parameters),
        ...(workgroupSize === undefined ? {} : { workgroupSize }),
      };
    };
  }

  #block(declared: readonly Variable[] = []): Block {
    const { start } = this.#token();
    this.#expect("{");
    this.#scopes.push(new Map(declared.map((variable) => [variable.name, variable])));
    const statements: Statement[] = [];
    while (this.#text() !== "}") {
      if (!this.#takes(";")) statements.push(this.#statement());
    }
    this.#scopes.pop();
    return { start, end: this.#take().end, statements };
  }

  #statement(): Statement {
    this.#attributes();
    const { start, text } = this.#token();
    switch (text) {
      case "{":
        return this.#nested(start, [], [this.#block()]);
      case "if":
        return this.#if(start);
      case "for":
        return this.#for(start);
      case "while": {
        this.#at++;
        const condition = this.#expression();
        return this.#nested(start, [condition], [this.#block()], true);
      }
      case "loop":
      case "continuing":
        this.#at++;
        return this.#nested(start, [], [this.#block()], true);
      case "switch":
        return this.#switch(start);
      case "break":
      case "continue":
      case "discard":
        // `break if` ends a loop as well.
        while (this.#text() !== ";") this.#at++;
        return this.#ended({ kind: "jump", start, end: start });
      case "return": {
        this.#at++;
        const value = this.#text() === ";" ? undefined : this.#expression();
        return this.#ended({ kind: "return", start, end: start, ...(value === undefined ? {} : { value }) });
      }
      default:
        return this.#ended(this.#simple());
    }
  }

  #nested(start: number, conditions: readonly Expression[], blocks: readonly Block[], isLoop = false): Statement {
    return { kind: "nested", isLoop, start, end: this.#tokens[this.#at - 1]!.end, conditions, blocks };
  }

  #if(start: number): Statement {
    const conditions: Expression[] = [];
    const blocks: Block[] = [];
    while (this.#takes("if")) {
      conditions.push(this.#expression());
      blocks.push(this.#block());
      if (!this.#takes("else")) break;
      if (this.#text() !== "if") blocks.push(this.#block());
    }
    return this.#nested(start, conditions, blocks);
  }

  #for(start: number): Statement {
    this.#at++;
    const head = { start: this.#token().end, end: this.#tokens[this.#token().partner!]!.start };
    this.#expect("(");
    this.#scopes.push(new Map());
    const init = this.#text() === ";" ? undefined : this.#simple();
    this.#expect(";");
    const condition = this.#text() === ";" ? undefined : this.#expression();
    this.#expect(";");
    const update = this.#text() === ")" ? undefined : this.#simple();
    this.#expect(")");
    const body = this.#block();
    this.#scopes.pop();
    return {
      ...{ kind: "for", start, end: body.end, head, body },
      ...(init === undefined ? {} : { init }),
      ...(condition === undefined ? {} : { condition }),
      ...(update === undefined ? {} : { update }),
    };
  }

  #switch(start: number): Statement {
    this.#at++;
    const conditions = [this.#expression()];
    const blocks: Block[] = [];
    this.#expect("{");
    while (!this.#takes("}")) {
      if (!this.#takes("default")) {
        this.#expect("case");
        do {
          if (!this.#takes("default")) this.#expression();
        } while (this.#takes(",") && this.#text() !== ":" && this.#text() !== "{");
      }
      this.#takes(":");
      blocks.push(this.#block());
    }
    return this.#nested(start, conditions, blocks);
  }

  /** A statement that may be part of a loop's head, without its `;`. */
  #simple(): Statement {
    const { start, text } = this.#token();
    if (text === "let" || text === "var" || text === "const") return this.#local(start, text);
    if (this.#takes("_")) {
      this.#expect("=");
      const call = this.#expression();
      return { kind: "call", start, end: call.end, call };
    }
    const target = this.#unary();
    const operator = this.#text();
    if (operator === "++" || operator === "--") {
      return { kind: "assignment", start, end: this.#take().end, target, operator };
    }
    if (ASSIGNMENTS.has(operator)) {
      this.#at++;
      const value = this.#expression();
      return { kind: "assignment", start, end: value.end, target, operator, value };
    }
    if (target.kind !== "call") throw new Unreadable();
    return { kind: "call", start, end: target.end, call: target };
  }

  #local(start: number, keyword: "let" | "var" | "const"): Declaration {
    this.#at++;
    this.#template();
    const name = this.#name();
    const type = this.#takes(":") ? this.#type() : undefined;
    const value = this.#takes("=") ? this.#expression() : undefined;
    const own = type ?? (keyword === "const" ? (value?.type ?? UNKNOWN) : concrete(value?.type ?? UNKNOWN));
    const variable: Variable = { name, type: own, keyword, isGlobal: false };
    this.#scopes.at(-1)!.set(name, variable);
    const { end } = this.#tokens[this.#at - 1]!;
    return { kind: "declaration", start, end, variable, ...(value === undefined ? {} : { value }) };
  }

  /** Moves a statement's end behind its `;`. */
  #ended<S extends Statement>(statement: S): S {
    const { end } = this.#token();
    this.#expect(";");
    return { ...statement, end };
  }

  #expression(level = 0): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#unary();
    let left = this.#expression(level + 1);
    while (operators.includes(this.#text()) && !this.#token().isTemplate) {
      const operator = this.#take().text;
      const right = this.#expression(level + 1);
      const type = operatorType(operator, left.type, right.type);
      left = { kind: "binary", start: left.start, end: right.end, type, text: operator, parts: [left, right] };
    }
    return left;
  }

  #unary(): Expression {
    const { start, text } = this.#token();
    if (!UNARY.has(text)) return this.#postfix();
    this.#at++;
    const operand = this.#unary();
    const type = text === "&" || text === "*" ? UNKNOWN : operand.type;
    return { kind: "unary", start, end: operand.end, type, text, parts: [operand] };
  }

  #postfix(): Expression {
    let own = this.#primary();
    for (;;) {
      if (this.#takes("[")) {
        const index = this.#expression();
        const { end } = this.#token();
        this.#expect("]");
        own = { kind: "index", start: own.start, end, type: elementOf(own.type), text: "", parts: [own, index] };
      } else if (this.#takes(".")) {
        const { end } = this.#token();
        const member = this.#name();
        const type = this.#structures.get(own.type)?.get(member) ?? swizzled(own.type, member);
        own = { kind: "member", start: own.start, end, type, text: member, parts: [own] };
      } else {
        return own;
      }
    }
  }

  #primary(): Expression {
    const { start, end, kind, text } = this.#token();
    if (this.#takes("(")) {
      const inner = this.#expression();
      const closing = this.#token().end;
      this.#expect(")");
      return { kind: "group", start, end: closing, type: inner.type, text: "", parts: [inner] };
    }
    if (kind === "number") {
      this.#at++;
      return { kind: "number", start, end, type: numberType(text), text, parts: [] };
    }
    const name = this.#name();
    const template = this.#template();
    if (template !== "" || this.#text() === "(") {
      const parts = this.#arguments();
      const called = this.#resolved(fullType(name + template));
      const types = parts.map(({ type }) => type);
      const type = this.#results.get(name) ?? (this.#structures.has(called) ? called : calledType(called, types));
      return { kind: "call", start, end: this.#tokens[this.#at - 1]!.end, type, text: called, parts };
    }
    if (name === "true" || name === "false") return { kind: "name", start, end, type: "bool", text, parts: [] };
    const variable = this.#scopes.findLast((scope) => scope.has(name))?.get(name);
    const own = variable === undefined ? {} : { variable };
    return { kind: "name", start, end, type: variable?.type ?? UNKNOWN, text, parts: [], ...own };
  }

  #arguments(): Expression[] {
    this.#expect("(");
    const parts: Expression[] = [];
    while (!this.#takes(")")) {
      parts.push(this.#expression());
      if (!this.#takes(",") && this.#text() !== ")") throw new Unreadable();
    }
    return parts;
  }

  #type(): WgslType {
    const name = this.#name();
    return this.#resolved(fullType(name + this.#template()));
  }

  #resolved(type: WgslType): WgslType {
    return this.#aliases.get(type) ?? type;
  }

  /** The template list at this place, without blanks and with types in full; empty if there is none. */
  #template(): string {
    const { text, isTemplate, partner } = this.#token();
    if (text !== "<" || !isTemplate || partner === undefined) return "";
    const list = this.#tokens.slice(this.#at, partner + 1).map((token) => this.#resolved(fullType(token.text)));
    this.#at = partner + 1;
    return list.join("");
  }

  #token(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Unreadable();
    return token;
  }

  #text(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  #take(): Token {
    const token = this.#token();
    this.#at++;
    return token;
  }

  #takes(text: string): boolean {
    if (this.#text() !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw new Unreadable();
  }

  #name(): string {
    const { kind, text } = this.#take();
    if (kind !== "name") throw new Unreadable();
    return text;
  }
}

function numberType(text: string): WgslType {
  if (/^0[xX][^pP.]*$/.test(text)) return text.endsWith("u") ? "u32" : text.endsWith("i") ? "i32" : "int";
  if (text.endsWith("f")) return "f32";
  if (text.endsWith("h")) return "f16";
  if (text.endsWith("u")) return "u32";
  if (text.endsWith("i")) return "i32";
  return /[.eEpP]/.test(text) ? "float" : "int";
}
