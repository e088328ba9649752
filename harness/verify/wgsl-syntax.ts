import type { WgslType } from "./wgsl-types.ts";

interface Place {
  readonly start: number;
  readonly end: number;
}

/** A variable, a constant or a parameter. Two of the same name are two objects. */
export interface Variable {
  readonly name: string;
  readonly type: WgslType;
  readonly keyword: "let" | "var" | "const" | "override" | "parameter";
  readonly isGlobal: boolean;
  /** Of a resource. */
  readonly resource?: Resource;
  /** Of a parameter of an entry point. */
  readonly builtin?: string;
}

export interface Resource {
  readonly binding: number;
  readonly isReadOnly: boolean;
  /** The element type in the declaration, `array<f32>`. */
  readonly typePlace: Place;
}

/** `group` is an expression in brackets. */
export interface Expression extends Place {
  readonly kind: "number" | "name" | "call" | "index" | "member" | "unary" | "binary" | "group";
  readonly type: WgslType;
  /** An operator, a name, or a number as written; empty for `index` and `group`. */
  readonly text: string;
  /** Operands, arguments, or the indexed expression and its index. */
  readonly parts: readonly Expression[];
  /** Of a name. */
  readonly variable?: Variable;
}

export interface Block extends Place {
  readonly statements: readonly Statement[];
}

export interface Declaration extends Place {
  readonly kind: "declaration";
  readonly variable: Variable;
  readonly value?: Expression;
}

export interface Assignment extends Place {
  readonly kind: "assignment";
  readonly target: Expression;
  /** `=`, `+=`, `++` … */
  readonly operator: string;
  /** Missing for `++` and `--`. */
  readonly value?: Expression;
}

export interface ForLoop extends Place {
  readonly kind: "for";
  readonly init?: Statement;
  readonly condition?: Expression;
  readonly update?: Statement;
  readonly body: Block;
  /** The place between the round brackets. */
  readonly head: Place;
}

/** `if`, `while`, `loop`, `switch`, or a block. */
interface Nested extends Place {
  readonly kind: "nested";
  readonly isLoop: boolean;
  readonly conditions: readonly Expression[];
  readonly blocks: readonly Block[];
}

export type Statement =
  | Declaration
  | Assignment
  | ForLoop
  | ({ readonly kind: "call"; readonly call: Expression } & Place)
  | ({ readonly kind: "return"; readonly value?: Expression } & Place)
  | ({ readonly kind: "jump" } & Place)
  | Nested;

export interface WgslFunction {
  readonly name: string;
  readonly parameters: readonly Variable[];
  readonly result?: WgslType;
  readonly body: Block;
  /** Of an entry point, its sizes as expressions. */
  readonly workgroupSize?: readonly Expression[];
}

export interface WgslSyntax {
  readonly code: string;
  readonly globals: readonly Variable[];
  readonly functions: readonly WgslFunction[];
}

/** Every statement in a block, outer ones first. */
export function* statementsIn({ statements }: Block): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.kind === "for") {
      if (statement.init !== undefined) yield statement.init;
      if (statement.update !== undefined) yield statement.update;
      yield* statementsIn(statement.body);
    }
    if (statement.kind === "nested") for (const block of statement.blocks) yield* statementsIn(block);
  }
}

/** The expressions that a statement itself evaluates, without those of nested statements. */
export function ownExpressions(statement: Statement): Expression[] {
  switch (statement.kind) {
    case "declaration":
    case "return":
      return given(statement.value);
    case "assignment":
      return [statement.target, ...given(statement.value)];
    case "for":
      return given(statement.condition);
    case "call":
      return [statement.call];
    case "nested":
      return [...statement.conditions];
    case "jump":
      return [];
  }
}

function given(value: Expression | undefined): Expression[] {
  return value === undefined ? [] : [value];
}

/** Every expression in one, itself first. */
export function* expressionsIn(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of expression.parts) yield* expressionsIn(part);
}

/** Every expression of a block's statements. */
export function* expressionsOf(block: Block): Generator<Expression> {
  for (const statement of statementsIn(block)) {
    for (const expression of ownExpressions(statement)) yield* expressionsIn(expression);
  }
}

/** The variable that a target such as `sums[0].x` is a part of. */
export function rootOf(target: Expression): Variable | undefined {
  if (target.kind === "name") return target.variable;
  const [first] = target.parts;
  return first === undefined || target.kind === "call" ? undefined : rootOf(first);
}

export function textOf({ code }: WgslSyntax, { start, end }: Place): string {
  return code.slice(start, end);
}
