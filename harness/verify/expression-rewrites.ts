import { bare, type ExpressionRule, type FindReplacements, type Print, rewriteExpressions } from "./rewrite.ts";
import type { Expression, WgslSyntax } from "./wgsl-syntax.ts";
import { isFloat, type WgslType } from "./wgsl-types.ts";

const LOG2_E = "1.4426950408889634";
const LN_2 = "0.6931471805599453";

/** Products that are added, as `fma`. */
export const fused: FindReplacements = rewriteExpressions(fusedSum, (statement, print) => {
  if (statement.kind !== "assignment" || statement.value === undefined) return undefined;
  const { target, operator, value, end } = statement;
  if ((operator !== "+=" && operator !== "-=") || !isFloat(target.type)) return undefined;
  const product = productOf(value, target.type);
  if (product === undefined) return undefined;
  const to = print(target);
  const [a, b] = product.map(print);
  return `${to} = fma(${operator === "-=" ? `-(${a})` : a}, ${b}, ${to})${ending(end, value)}`;
});

function fusedSum({ kind, text, type, parts }: Expression, print: Print): string | undefined {
  if (kind !== "binary" || (text !== "+" && text !== "-") || !isFloat(type)) return undefined;
  const [left, right] = parts as [Expression, Expression];
  const first = productOf(left, type);
  if (first !== undefined && fits(right, type)) {
    return `fma(${first.map(print).join(", ")}, ${text === "-" ? `-(${print(right)})` : print(right)})`;
  }
  const second = productOf(right, type);
  if (second === undefined || !fits(left, type)) return undefined;
  const [a, b] = second.map(print);
  return `fma(${text === "-" ? `-(${a})` : a}, ${b}, ${print(left)})`;
}

/** The factors of a product, if `fma` takes them. */
function productOf(expression: Expression, type: WgslType): readonly [Expression, Expression] | undefined {
  const { kind, text, parts } = bare(expression);
  if (kind !== "binary" || text !== "*" || !parts.every((part) => fits(part, type))) return undefined;
  return parts as [Expression, Expression];
}

/** Whether it is, or becomes, a value of this type. */
function fits(expression: Expression, type: WgslType): boolean {
  return expression.type === type || (type === "f32" && /^(float|int)$/.test(expression.type));
}

/** `exp` and `log` through base 2. */
export const baseTwo: FindReplacements = inFunctions((name, args) => {
  if (name === "exp") return `exp2((${args[0]}) * ${LOG2_E})`;
  return name === "log" ? `(log2(${args[0]}) * ${LN_2})` : undefined;
});

/** Quotients as products with the reciprocal. */
export const reciprocals: FindReplacements = rewriteExpressions(
  ({ kind, text, type, parts }, print) => {
    if (kind !== "binary" || text !== "/" || !isFloat(type)) return undefined;
    const [dividend, divisor] = parts as [Expression, Expression];
    return dividend.kind === "number" ? undefined : `${print(dividend)} * (1.0 / ${bracketed(divisor, print)})`;
  },
  (statement, print) => {
    if (statement.kind !== "assignment" || statement.operator !== "/=" || !isFloat(statement.target.type)) {
      return undefined;
    }
    const { target, value, end } = statement;
    return `${print(target)} *= 1.0 / ${bracketed(value!, print)}${ending(end, value!)}`;
  },
);

/** `inverseSqrt(x)` as `1.0 / sqrt(x)`. */
export const rootsInverted: FindReplacements = inFunctions((name, args) =>
  name === "inverseSqrt" ? `(1.0 / sqrt(${args[0]}))` : undefined,
);

/** `a / sqrt(x)` as `a * inverseSqrt(x)`. */
export const inverseRoots: FindReplacements = (syntax) =>
  rewriteExpressions(({ kind, text, type, parts }, print) => {
    if (kind !== "binary" || text !== "/" || !isFloat(type)) return undefined;
    const [dividend, divisor] = parts as [Expression, Expression];
    const root = bare(divisor);
    if (root.kind !== "call" || root.text !== "sqrt" || declares(syntax, "sqrt")) return undefined;
    return `${print(dividend)} * inverseSqrt(${print(root.parts[0]!)})`;
  })(syntax);

/** Products `a * b * c` as `a * (b * c)`. */
export const regrouped: FindReplacements = rewriteExpressions(({ kind, text, type, parts }, print) => {
  if (kind !== "binary" || text !== "*" || !isFloat(type)) return undefined;
  const [left, c] = parts as [Expression, Expression];
  const product = bare(left);
  if (product.kind !== "binary" || product.text !== "*" || !isFloat(product.type)) return undefined;
  const [a, b] = product.parts as [Expression, Expression];
  return `${print(a)} * (${print(b)} * ${bracketed(c, print)})`;
});

/** Calls of built-in functions, in other forms. */
function inFunctions(form: (name: string, args: readonly string[]) => string | undefined): FindReplacements {
  return (syntax) => {
    const rule: ExpressionRule = ({ kind, type, text, parts }, print) =>
      kind === "call" && isFloat(type) && !declares(syntax, text) ? form(text, parts.map(print)) : undefined;
    return rewriteExpressions(rule)(syntax);
  };
}

function declares({ functions }: WgslSyntax, name: string): boolean {
  return functions.some((own) => own.name === name);
}

function bracketed(expression: Expression, print: Print): string {
  const isOne = expression.kind !== "binary" && expression.kind !== "unary";
  return isOne ? print(expression) : `(${print(expression)})`;
}

/** The `;` of a statement that ends with this expression; a loop's head has none. */
function ending(end: number, value: Expression): string {
  return end > value.end ? ";" : "";
}
