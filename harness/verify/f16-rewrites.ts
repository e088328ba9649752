import { SHIFT } from "../task/variant.ts";
import { bare, type Replacement } from "./rewrite.ts";
import { shiftStatements } from "./shift-flow.ts";
import {
  type Expression,
  expressionsIn,
  type Statement,
  statementsIn,
  textOf,
  type Variable,
  type WgslSyntax,
} from "./wgsl-syntax.ts";
import { isFloat } from "./wgsl-types.ts";

/** A statement whose value can be rounded to f16. */
export interface Rounding {
  /** The statement on one line. Several equal ones of a module have numbers. */
  readonly statement: string;
  readonly replacements: readonly Replacement[];
  /** Why no output shows it. */
  readonly unseen?: string;
}

/** Every statement of a module that computes an f32 value, or vectors of them. */
export function roundingsOf(syntax: WgslSyntax): Rounding[] {
  const values = declaredValues(syntax);
  const shifts = shiftStatements(syntax);
  const counts = new Map<string, number>();
  return syntax.functions.flatMap(({ body, result }) =>
    [...statementsIn(body)].flatMap((statement): Rounding[] => {
      const value = roundedValue(statement, result);
      if (value === undefined) return [];
      const text = textOf(syntax, statement).replace(/\s+/g, " ").replace(/;$/, "");
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      const unseen = reasonUnseen(statement, value, { values, shifts });
      return [
        {
          statement: count === 1 ? text : `${text} (${count})`,
          replacements: [wrapped(syntax, statement, value)],
          ...(unseen === undefined ? {} : { unseen }),
        },
      ];
    }),
  );
}

function roundedValue(statement: Statement, result: string | undefined): Expression | undefined {
  switch (statement.kind) {
    case "declaration":
      return isFloat(statement.variable.type) ? statement.value : undefined;
    case "assignment":
      return isFloat(statement.target.type) ? statement.value : undefined;
    case "return":
      return result !== undefined && isFloat(result) ? statement.value : undefined;
    default:
      return undefined;
  }
}

function wrapped(syntax: WgslSyntax, statement: Statement, value: Expression): Replacement {
  const text = textOf(syntax, value);
  if (statement.kind !== "assignment" || statement.operator === "=") {
    return { start: value.start, end: value.end, text: `quantizeToF16(${text})` };
  }
  const target = textOf(syntax, statement.target);
  const operator = statement.operator.slice(0, -1);
  const whole = `${target} = quantizeToF16(${target} ${operator} (${text}))`;
  return { start: statement.start, end: value.end, text: whole };
}

interface Known {
  readonly values: ReadonlyMap<Variable, Expression>;
  readonly shifts: ReadonlySet<Statement>;
}

function reasonUnseen(statement: Statement, value: Expression, { values, shifts }: Known): string | undefined {
  const isWhole = statement.kind !== "assignment" || statement.operator === "=";
  if (isWhole && isConstant(value)) return "a constant, not a computed value";
  if (isWhole && isSmallInteger(value, values)) return "an integer that f16 holds exactly";
  if (shifts.has(statement)) return SHIFT;
  return undefined;
}

/** A compiler evaluates it: f16 may not even hold it. */
function isConstant(expression: Expression): boolean {
  return [...expressionsIn(expression)].every(({ kind, text, variable }) => {
    if (kind === "name") return variable?.keyword === "const";
    if (kind === "call") return /^(f32|vec[234]|array)/.test(text);
    return kind !== "index" && kind !== "member";
  });
}

const F16_DIGITS = 11;
const UNPACKED = /^unpack4x[IU]8$/;

/** Whether f16 holds a number exactly: a converted integer of few bits, or the difference of two. */
function isSmallInteger(expression: Expression, values: ReadonlyMap<Variable, Expression>): boolean {
  const { kind, text, parts, variable } = bare(expression);
  const areParts = (own: readonly Expression[]) => own.every((part) => isSmallInteger(part, values));
  switch (kind) {
    case "name": {
      const value = variable?.keyword === "let" ? values.get(variable) : undefined;
      return value !== undefined && isSmallInteger(value, values);
    }
    case "call":
      if (text === "f32" || text === "i32" || text === "u32" || /^vec/.test(text)) return areParts(parts);
      if (text === "extractBits") return Number.parseInt(parts[2]!.text, 10) < F16_DIGITS;
      return UNPACKED.test(text);
    case "binary":
      return text === "-" && areParts(parts);
    case "index":
    case "member":
      return isSmallInteger(parts[0]!, values);
    default:
      return false;
  }
}

function declaredValues({ functions }: WgslSyntax): Map<Variable, Expression> {
  const values = new Map<Variable, Expression>();
  for (const { body } of functions) {
    for (const statement of statementsIn(body)) {
      if (statement.kind === "declaration" && statement.value !== undefined) {
        values.set(statement.variable, statement.value);
      }
    }
  }
  return values;
}
