import {
  BinaryOperator,
  CallExpr,
  CreateExpr,
  type Expression,
  Let,
  type Statement,
  TypecastExpr,
  Var,
  VariableExpr,
  type Function as WgslFunction,
} from "wgsl_reflect/wgsl_reflect.module.js";
import {
  bodiesOf,
  builtinArguments,
  expressionsIn,
  isLoop,
  lineOf,
  ownExpressions,
  targetOf,
  textOf,
  type WgslModule,
} from "../wgsl/syntax.ts";

/** A place at which neighbouring invocations access memory that is not adjacent. */
export interface StridedAccess {
  readonly tensor: string;
  readonly line: number;
  /** The factor of the invocation's number. */
  readonly stride: string;
}

/** By how much an index grows from one invocation to the next: not at all, by one, by a stride, or unknown. */
type Step = { readonly kind: "same" | "one" | "unknown" } | { readonly kind: "stride"; readonly by: string };
const SAME: Step = { kind: "same" };
const ONE: Step = { kind: "one" };
const UNKNOWN: Step = { kind: "unknown" };

/** The first access in a loop whose index has the invocation's number times a factor: a guess at slow memory access. */
export function findStridedAccess(module: WgslModule, entry: WgslFunction): StridedAccess | undefined {
  const storage = new Set(
    [...module.variables.values()].filter(({ storage }) => storage === "storage").map(({ name }) => name),
  );
  const steps = new Map<string, Step>();
  for (const [name, builtin] of builtinArguments(entry)) {
    if (builtin === "local_invocation_index") steps.set(name, ONE);
    else if (builtin === "global_invocation_id" || builtin === "local_invocation_id") steps.set(`${name}.x`, ONE);
  }
  let found: StridedAccess | undefined;
  const visit = (statements: readonly Statement[], isInLoop: boolean): void => {
    for (const statement of statements) {
      const target = targetOf(statement);
      const expressions = [...ownExpressions(statement), ...(target === undefined ? [] : [target])];
      for (const part of expressions.flatMap((expression) => [...expressionsIn(expression)])) {
        if (!isInLoop || !(part instanceof VariableExpr) || !storage.has(part.name)) continue;
        const step = stepOf(indexOf(part), steps);
        if (step.kind === "stride") found ??= { tensor: part.name, line: lineOf(statement), stride: step.by };
      }
      if (statement instanceof Let || statement instanceof Var) {
        // A variable may change later, but one that starts from the invocation's number mostly keeps following it.
        steps.set(statement.name, statement.value === null ? UNKNOWN : stepOf(statement.value, steps));
      }
      if ("init" in statement && statement.init !== null) visit([statement.init as Statement], isInLoop);
      for (const body of bodiesOf(statement)) visit(body, isInLoop || isLoop(statement));
    }
  };
  visit(entry.body, false);
  return found;
}

function indexOf({ postfix }: VariableExpr): Expression | null {
  return postfix !== null && postfix !== undefined && "index" in postfix ? (postfix.index as Expression) : null;
}

function stepOf(expression: Expression | null, steps: ReadonlyMap<string, Step>): Step {
  if (expression === null) return UNKNOWN;
  if (expression instanceof VariableExpr) return steps.get(textOf(expression)) ?? (expression.postfix ? UNKNOWN : SAME);
  if (expression instanceof BinaryOperator) return stepOfOperation(expression, steps);
  if (expression instanceof CallExpr || expression instanceof CreateExpr || expression instanceof TypecastExpr) {
    return (expression.args ?? []).every((argument) => stepOf(argument, steps).kind === "same") ? SAME : UNKNOWN;
  }
  return SAME;
}

function stepOfOperation({ operator, left, right }: BinaryOperator, steps: ReadonlyMap<string, Step>): Step {
  const [a, b] = [stepOf(left, steps), stepOf(right, steps)];
  switch (operator) {
    case "+":
    case "-":
      if (a.kind === "same") return b;
      return b.kind === "same" ? a : UNKNOWN;
    case "*":
      if (a.kind === "same" && b.kind === "same") return SAME;
      if (a.kind === "one" && b.kind === "same") return strideOf(right);
      if (b.kind === "one" && a.kind === "same") return strideOf(left);
      return UNKNOWN;
    default:
      return a.kind === "same" && b.kind === "same" ? SAME : UNKNOWN;
  }
}

function strideOf(factor: Expression): Step {
  const by = textOf(factor);
  return /^1u?$/.test(by) ? ONE : { kind: "stride", by };
}
