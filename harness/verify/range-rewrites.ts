import { bare, type FindReplacements, type Replacement } from "./rewrite.ts";
import { shiftStatements } from "./shift-flow.ts";
import { type Expression, expressionsIn, ownExpressions, statementsIn, textOf, type Variable } from "./wgsl-syntax.ts";

/** Reads of a resource's elements through a function, such as `min(x[i], 900.0)`. */
export function elementsThrough(binding: number, through: (element: string) => string): FindReplacements {
  return (syntax) =>
    syntax.functions.flatMap(({ body }) =>
      [...statementsIn(body)].flatMap((statement) =>
        ownExpressions(statement).flatMap((own) =>
          outermost(own, (expression) => isElementOf(expression, binding)).map(
            ({ start, end }): Replacement => ({ start, end, text: through(textOf(syntax, { start, end })) }),
          ),
        ),
      ),
    );
}

function isElementOf({ kind, type, parts }: Expression, binding: number): boolean {
  return kind === "index" && type === "f32" && isReadOnly(parts[0]!.variable, binding);
}

function isReadOnly(variable: Variable | undefined, binding: number): boolean {
  return variable?.resource?.isReadOnly === true && variable.resource.binding === binding;
}

function outermost(expression: Expression, wanted: (expression: Expression) => boolean): Expression[] {
  return wanted(expression) ? [expression] : expression.parts.flatMap((part) => outermost(part, wanted));
}

/** Running maxima under `exp` that start at a constant instead of at an element. */
export function maximaFrom(start: number): FindReplacements {
  return (syntax) => {
    const shifts = shiftStatements(syntax);
    return syntax.functions.flatMap(({ body }) =>
      [...statementsIn(body)].flatMap((statement): Replacement[] => {
        if (statement.kind !== "declaration" || statement.variable.keyword !== "var") return [];
        const { variable, value } = statement;
        if (value === undefined || variable.type !== "f32" || !shifts.has(statement)) return [];
        return isElement(value) ? [{ start: value.start, end: value.end, text: `f32(${start})` }] : [];
      }),
    );
  };
}

function isElement(value: Expression): boolean {
  return [...expressionsIn(bare(value))].some(({ kind }) => kind === "index");
}
