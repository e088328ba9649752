import { readSyntax } from "./read-syntax.ts";
import {
  type Expression,
  ownExpressions,
  type Statement,
  statementsIn,
  textOf,
  type WgslSyntax,
} from "./wgsl-syntax.ts";

/** A piece of a source, and the text that takes its place. An insertion starts where it ends. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change of a module's syntax. It finds nothing if the module has no place for it. */
export type FindReplacements = (syntax: WgslSyntax) => readonly Replacement[];

/** Modules, each read once. */
export class Sources {
  readonly #known = new Map<string, WgslSyntax | undefined>();

  /** Undefined if the module cannot be read. */
  read(code: string): WgslSyntax | undefined {
    if (!this.#known.has(code)) this.#known.set(code, readSyntax(code));
    return this.#known.get(code);
  }

  /** The module after a change; the same text if there is no place for it, or if it cannot be read. */
  rewritten(code: string, find: FindReplacements): string {
    const syntax = this.read(code);
    return syntax === undefined ? code : replaced(code, find(syntax));
  }
}

/** The text after replacements, which do not overlap. Of several at one place, the first comes first. */
export function replaced(code: string, replacements: readonly Replacement[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text } of replacements.toSorted((a, b) => a.start - b.start)) {
    parts.push(code.slice(from, start), text);
    from = end;
  }
  return parts.join("") + code.slice(from);
}

/** The text of an expression's part, with its own changes. */
export type Print = (expression: Expression) => string;
/** The text of an expression, if it changes. */
export type ExpressionRule = (expression: Expression, print: Print) => string | undefined;
/** The text of a statement, if it changes as a whole. */
export type StatementRule = (statement: Statement, print: Print) => string | undefined;

/** Changes expressions wherever a rule applies, also inside changed ones. */
export function rewriteExpressions(
  expressionRule: ExpressionRule,
  statementRule: StatementRule = () => undefined,
): FindReplacements {
  return (syntax) => {
    const print: Print = (expression) => expressionRule(expression, print) ?? withParts(expression);
    const withParts = ({ start, end, parts }: Expression) => {
      const changes = parts.map((part) => ({ start: part.start - start, end: part.end - start, text: print(part) }));
      return replaced(textOf(syntax, { start, end }), changes);
    };
    const replacements = syntax.functions.flatMap(({ body }) =>
      [...statementsIn(body)].flatMap((statement): Replacement[] => {
        const whole = statementRule(statement, print);
        if (whole !== undefined) return [{ start: statement.start, end: statement.end, text: whole }];
        return ownExpressions(statement).map(({ start, end, ...rest }) => ({
          ...{ start, end },
          text: print({ start, end, ...rest }),
        }));
      }),
    );
    return replacements.filter(({ start, end, text }) => syntax.code.slice(start, end) !== text);
  };
}

/** An expression without brackets around it. */
export function bare(expression: Expression): Expression {
  return expression.kind === "group" ? bare(expression.parts[0]!) : expression;
}

/** A name that the module does not use. */
export function unusedName({ code }: WgslSyntax, wanted: string): string {
  let name = wanted;
  while (code.includes(name)) name += "_";
  return name;
}
