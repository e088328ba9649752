import {
  ArrayIndex,
  Assign,
  BinaryOperator,
  BitcastExpr,
  Call,
  CallExpr,
  Const,
  CreateExpr,
  type Expression,
  For,
  If,
  Increment,
  Let,
  Loop,
  type Node,
  Return,
  type Statement,
  StringExpr,
  Switch,
  TokenTypes,
  TypecastExpr,
  UnaryOperator,
  Var,
  VariableExpr,
  Function as WgslFunction,
  WgslParser,
  While,
} from "wgsl_reflect/wgsl_reflect.module.js";
import { wgslTokens } from "./lexer.ts";

/** Longer code is not parsed: it would take too long for a few findings. */
const MOST_CHARACTERS = 60_000;
/** Digits. wgsl_reflect 1.6 rereads a number from its start for each digit. */
const LONGEST_NUMBER = 200;

// wgsl_reflect 1.6 treats `block` as a keyword, unlike WGSL.
Reflect.deleteProperty(TokenTypes.keywords, "block");

export interface WgslModule {
  readonly functions: ReadonlyMap<string, WgslFunction>;
  readonly variables: ReadonlyMap<string, Var>;
  readonly constants: ReadonlyMap<string, Expression>;
}

/** Reads a module that a driver has compiled; undefined if the library cannot parse it. */
export function readModule(code: string): WgslModule | undefined {
  if (code.length > MOST_CHARACTERS || hasLongNumber(code)) return undefined;
  let statements: Statement[];
  try {
    statements = new WgslParser().parse(code);
  } catch {
    return undefined;
  }
  const functions = new Map<string, WgslFunction>();
  const variables = new Map<string, Var>();
  const constants = new Map<string, Expression>();
  for (const statement of statements) {
    if (statement instanceof WgslFunction) functions.set(statement.name, statement);
    else if (statement instanceof Var) variables.set(statement.name, statement);
    else if (statement instanceof Const) constants.set(statement.name, statement.value);
  }
  return { functions, variables, constants };
}

function hasLongNumber(code: string): boolean {
  for (const { kind, text } of wgslTokens(code)) if (kind === "number" && text.length > LONGEST_NUMBER) return true;
  return false;
}

/** A function's attribute: `compute`, or the sizes of `workgroup_size`. */
export function attributeOf({ attributes }: WgslFunction, name: string): string[] | undefined {
  const found = attributes?.find((attribute) => attribute.name === name);
  if (found === undefined) return undefined;
  const value: unknown = found.value;
  return Array.isArray(value) ? value.map(String) : value === null || value === undefined ? [] : [String(value)];
}

/** The builtin of each argument of an entry point, such as `local_invocation_id`. */
export function builtinArguments(entry: WgslFunction): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, attributes } of entry.args) {
    const builtin = attributes?.find((attribute) => attribute.name === "builtin")?.value;
    if (builtin !== undefined && builtin !== null) found.set(name, String(builtin));
  }
  return found;
}

/** An expression as text, to compare it with others. */
export function textOf(expression: Expression | null): string {
  if (expression === null) return "";
  return ownText(expression) + postfixText(expression.postfix);
}

function postfixText(postfix: Expression | null): string {
  if (postfix === null || postfix === undefined) return "";
  const own = postfix instanceof ArrayIndex ? `[${textOf(postfix.index)}]` : `.${ownText(postfix)}`;
  return own + postfixText(postfix.postfix);
}

function ownText(node: Expression): string {
  if (node instanceof VariableExpr) return node.name;
  if (node instanceof BinaryOperator) return `(${textOf(node.left)} ${node.operator} ${textOf(node.right)})`;
  if (node instanceof UnaryOperator) return `${node.operator}${textOf(node.right)}`;
  if (node instanceof CallExpr) return `${node.name}(${(node.args ?? []).map(textOf).join(", ")})`;
  if (node instanceof StringExpr) return node.value;
  if ("value" in node) return String(node.value);
  return node.constructor.name;
}

/** Every expression in one, itself first; with the indices of indexed variables. */
export function* expressionsIn(expression: Expression | null | undefined): Generator<Expression> {
  // A stack rather than a generator per level, through which every value would have to pass.
  const waiting = [expression];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next === null || next === undefined) continue;
    yield next;
    for (const part of partsOf(next).reverse()) waiting.push(part);
  }
}

function partsOf(expression: Expression): (Expression | null | undefined)[] {
  const { postfix } = expression;
  if (expression instanceof BinaryOperator) return [postfix, expression.left, expression.right];
  if (expression instanceof UnaryOperator) return [postfix, expression.right];
  if (expression instanceof ArrayIndex) return [postfix, expression.index];
  if (expression instanceof BitcastExpr) return [postfix, expression.value];
  if (expression instanceof CallExpr || expression instanceof CreateExpr || expression instanceof TypecastExpr) {
    return [postfix, ...(expression.args ?? [])];
  }
  return [postfix];
}

/** The expressions that a statement itself evaluates, without nested statements. */
export function ownExpressions(statement: Statement): (Expression | null)[] {
  if (statement instanceof Let || statement instanceof Var || statement instanceof Const) return [statement.value];
  if (statement instanceof Assign) return [statement.value];
  if (statement instanceof Call) return statement.args;
  if (statement instanceof Return) return [statement.value];
  if (statement instanceof If || statement instanceof While || statement instanceof Switch)
    return [statement.condition];
  if (statement instanceof For) return [statement.condition];
  return [];
}

/** The nested statement lists of a statement. */
export function bodiesOf(statement: Statement): Statement[][] {
  if (statement instanceof If) {
    return [
      statement.body,
      ...(statement.elseif ?? []).map(({ body }) => body),
      ...(statement.else ? [statement.else] : []),
    ];
  }
  if (statement instanceof For || statement instanceof While) return [statement.body];
  if (statement instanceof Loop) return [[...statement.body, ...(statement.continuing?.body ?? [])]];
  if (statement instanceof Switch) return statement.cases.map((one) => one.body ?? []);
  return [];
}

export function isLoop(statement: Statement): boolean {
  return statement instanceof For || statement instanceof While || statement instanceof Loop;
}

/** The target of an assignment. */
export function targetOf(statement: Statement): Expression | undefined {
  return statement instanceof Assign || statement instanceof Increment ? statement.variable : undefined;
}

/** Whether an assignment also reads its target: `+=`, `++`. */
export function isReadModifyWrite(statement: Statement): boolean {
  return statement instanceof Increment || (statement instanceof Assign && String(statement.operator) !== "=");
}

export function lineOf({ line }: Node): number {
  return line;
}
