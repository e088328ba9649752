import {
  type Block,
  type Expression,
  expressionsIn,
  type ForLoop,
  ownExpressions,
  rootOf,
  type Statement,
  statementsIn,
  type Variable,
  type WgslSyntax,
} from "./wgsl-syntax.ts";

/** How two operands may compare. */
type Order = "<" | "=" | ">";

/** The orders for which each comparison is true. */
const TRUE_FOR: Readonly<Record<string, readonly Order[]>> = {
  "==": ["="],
  "!=": ["<", ">"],
  "<": ["<"],
  "<=": ["<", "="],
  ">": [">"],
  ">=": [">", "="],
};
const ALL: readonly Order[] = ["<", "=", ">"];
const MIRRORED: Readonly<Record<Order, Order>> = { "<": ">", "=": "=", ">": "<" };

/** What is known of two operands at a place. */
interface Fact {
  readonly left: Expression;
  readonly right: Expression;
  readonly orders: readonly Order[];
}

/**
 * The reason why another comparison of the same operands always gives the same, whatever the data: the orders for which
 * the two differ are excluded by an unsigned type, by conditions around or before the comparison, or by the start of a
 * loop that counts up.
 *
 * @param place the operator
 */
export function sameComparison(syntax: WgslSyntax, place: number, replacement: string): string | undefined {
  const found = first(syntax.functions, ({ body }) => factsAt(body, place));
  if (found === undefined) return undefined;
  const { comparison, facts } = found;
  const [one, other] = [TRUE_FOR[comparison.text], TRUE_FOR[replacement]];
  if (one === undefined || other === undefined) return undefined;
  const differing = ALL.filter((order) => one.includes(order) !== other.includes(order));
  const [left, right] = comparison.parts as [Expression, Expression];
  const isExcluded = (known: readonly Fact[]) => {
    const possible = possibleOrders(left, right, known);
    return !differing.some((order) => possible.includes(order));
  };
  if (isExcluded(unsignedFacts(left, right))) return "an unsigned number is never below 0";
  if (!isExcluded(facts)) return undefined;
  return "a condition, or the start of a loop, excludes the operands for which the two comparisons differ";
}

function possibleOrders(left: Expression, right: Expression, facts: readonly Fact[]): readonly Order[] {
  let possible = ALL;
  for (const { orders, ...fact } of facts) {
    if (isSame(fact.left, left) && isSame(fact.right, right))
      possible = possible.filter((order) => orders.includes(order));
    if (isSame(fact.left, right) && isSame(fact.right, left)) {
      possible = possible.filter((order) => orders.includes(MIRRORED[order]));
    }
  }
  return possible;
}

function unsignedFacts(left: Expression, right: Expression): Fact[] {
  const isZero = ({ text }: Expression) => text === "0" || text === "0u";
  const fact = (orders: readonly Order[]) => ({ left, right, orders });
  return [
    ...(isZero(right) && left.type === "u32" ? [fact(["=", ">"])] : []),
    ...(isZero(left) && right.type === "u32" ? [fact(["<", "="])] : []),
  ];
}

/** Whether two expressions have the same operators and variables; two variables of one name differ. */
function isSame(one: Expression, other: Expression): boolean {
  return (
    one.kind === other.kind &&
    one.text === other.text &&
    one.variable === other.variable &&
    one.parts.length === other.parts.length &&
    one.parts.every((part, number) => isSame(part, other.parts[number]!))
  );
}

interface Found {
  readonly comparison: Expression;
  readonly facts: readonly Fact[];
}

/** Facts that hold where an operator is evaluated. */
function factsAt(body: Block, place: number): Found | undefined {
  const counters: Variable[] = [];
  return inBlock(body, []);

  function inBlock({ start, end, statements }: Block, before: readonly Fact[]): Found | undefined {
    if (place < start || place >= end) return undefined;
    const facts = [...before];
    for (const statement of statements) {
      if (place < statement.end) return inStatement(statement, facts);
      if (
        statement.kind === "nested" &&
        !statement.isLoop &&
        statement.blocks.length === 1 &&
        leaves(statement.blocks[0]!)
      ) {
        for (const condition of statement.conditions) facts.push(...factsOf(condition, false));
      }
    }
    return undefined;
  }

  function inStatement(statement: Statement, facts: readonly Fact[]): Found | undefined {
    if (statement.kind === "for") return inLoop(statement, facts);
    if (statement.kind === "nested" && !statement.isLoop) return inBranches(statement, facts);
    for (const expression of ownExpressions(statement)) {
      const found = inExpression(expression, facts);
      if (found !== undefined) return found;
    }
    // The condition of another loop may change from one round to the next.
    if (statement.kind === "nested") return first(statement.blocks, (block) => inBlock(block, facts));
    return undefined;
  }

  function inLoop(loop: ForLoop, facts: readonly Fact[]): Found | undefined {
    if (loop.init !== undefined && place < loop.init.end) return inStatement(loop.init, facts);
    const counter = loop.init?.kind === "declaration" ? loop.init.variable : undefined;
    if (counter === undefined || isChanged(counter, loop.body)) return inBlock(loop.body, facts);
    counters.push(counter);
    const known = [...facts, ...startOf(loop, counter), ...given(loop.condition).flatMap((one) => factsOf(one, true))];
    return inBlock(loop.body, known);
  }

  /** A counter is never below its start: as the condition bounds it, it does not wrap around. */
  function startOf({ init, condition, update }: ForLoop, counter: Variable): Fact[] {
    const isCounted = update?.kind === "assignment" && update.operator === "++" && update.target.variable === counter;
    const isBounded = condition?.text === "<" && condition.parts[0]!.variable === counter;
    const start = init?.kind === "declaration" ? init.value : undefined;
    return isCounted && isBounded && start !== undefined && isFixed(start)
      ? [{ left: condition.parts[0]!, right: start, orders: ["=", ">"] }]
      : [];
  }

  function inBranches(branches: Extract<Statement, { kind: "nested" }>, before: readonly Fact[]): Found | undefined {
    const facts = [...before];
    for (const [number, condition] of branches.conditions.entries()) {
      const found =
        inExpression(condition, facts) ?? inBlock(branches.blocks[number]!, [...facts, ...factsOf(condition, true)]);
      if (found !== undefined) return found;
      facts.push(...factsOf(condition, false));
    }
    return first(branches.blocks.slice(branches.conditions.length), (block) => inBlock(block, facts));
  }

  function inExpression(expression: Expression, before: readonly Fact[]): Found | undefined {
    if (place < expression.start || place >= expression.end) return undefined;
    const [left, right] = expression.parts;
    if (expression.kind === "binary" && place >= left!.end && place < right!.start) {
      return { comparison: expression, facts: before };
    }
    const isShort = expression.text === "&&" || expression.text === "||";
    return first(expression.parts, (part) =>
      inExpression(part, isShort && part === right ? [...before, ...factsOf(left!, expression.text === "&&")] : before),
    );
  }

  /** What a condition's value says. */
  function factsOf(condition: Expression, value: boolean): Fact[] {
    const { kind, text, parts } = condition;
    if (kind === "group") return factsOf(parts[0]!, value);
    if (text === (value ? "&&" : "||")) return parts.flatMap((part) => factsOf(part, value));
    const orders = kind === "binary" ? TRUE_FOR[text] : undefined;
    // With floats, a comparison that is false may be one with NaN.
    if (orders === undefined || !parts.every((part) => isFixed(part) && isInteger(part))) return [];
    const [left, right] = parts as [Expression, Expression];
    return [{ left, right, orders: value ? orders : ALL.filter((order) => !orders.includes(order)) }];
  }

  /** Whether an expression keeps its value: it is made of constants, and of counters that only their loops change. */
  function isFixed(expression: Expression): boolean {
    return [...expressionsIn(expression)].every(({ kind, text, variable }) => {
      if (kind === "call" || kind === "index") return false;
      if (kind === "unary" && (text === "*" || text === "&")) return false;
      if (kind !== "name") return true;
      return variable !== undefined && (variable.keyword !== "var" || counters.includes(variable));
    });
  }
}

function isInteger({ type }: Expression): boolean {
  return ["u32", "i32", "int"].includes(type);
}

function isChanged(variable: Variable, block: Block): boolean {
  return [...statementsIn(block)].some(
    (statement) =>
      (statement.kind === "assignment" && rootOf(statement.target) === variable) ||
      ownExpressions(statement).some((own) =>
        [...expressionsIn(own)].some(
          ({ kind, text, parts }) => kind === "unary" && text === "&" && rootOf(parts[0]!) === variable,
        ),
      ),
  );
}

/** Whether control never reaches the end of a block. */
function leaves({ statements }: Block): boolean {
  const last = statements.at(-1);
  return last?.kind === "return" || last?.kind === "jump";
}

function first<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function given<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
