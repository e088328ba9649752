import { bare } from "./rewrite.ts";
import {
  type Block,
  type Expression,
  expressionsIn,
  ownExpressions,
  rootOf,
  type Statement,
  statementsIn,
  type Variable,
  type WgslSyntax,
} from "./wgsl-syntax.ts";

/** The values of a variable from one store that does not depend on it to the next. */
class Version {
  readonly variable: Variable;
  /** Uses besides shifting exponents, comparing by `max`, and copying. */
  isOtherwiseUsed = false;
  isUnderExp = false;
  /** Kept with other values in a vector or a structure. */
  isStored = false;
  isMaximum = false;
  /** Versions that take the value, as a copy or by `max`. */
  readonly passedTo: Version[] = [];

  constructor(variable: Variable) {
    this.variable = variable;
  }
}

interface Store {
  readonly statement: Statement;
  readonly root: Variable;
  readonly value: Expression;
  readonly isUpdate: boolean;
  version: Version;
}

/**
 * The statements that set the shift of exponents. A softmax with another shift, such as its maximum rounded, is the same
 * function, as its weights and their sum change alike. A shift is a maximum by `max`, a copy of one that has not yet
 * shifted anything, or a value that only such maxima take. It is read by `max`, in differences under `exp`, added to the
 * logarithm of the sum that it shifted, or stored with that sum.
 */
export function shiftStatements(syntax: WgslSyntax): Set<Statement> {
  return new Set(syntax.functions.flatMap(({ body }) => new ShiftFlow(syntax, body).statements()));
}

/** The flow of values in a function. A read sees the stores before it in the text, and later ones of its loops. */
class ShiftFlow {
  readonly #body: Block;
  readonly #stores: Store[] = [];

  constructor(syntax: WgslSyntax, body: Block) {
    this.#body = body;
    const shared = sharedVariables(syntax);
    for (const statement of statementsIn(body)) {
      const store = storeOf(statement);
      if (store !== undefined) this.#stores.push({ ...store, version: new Version(store.root) });
    }
    this.#joinVersions();
    for (const statement of statementsIn(body)) this.#use(statement);
    for (const { version, root } of this.#stores) if (shared.has(root)) version.isOtherwiseUsed = true;
  }

  statements(): Statement[] {
    return this.#stores.filter((store) => this.#isShift(store)).map(({ statement }) => statement);
  }

  #isShift({ version, value }: Store): boolean {
    if (!isOnlyShift(version)) return false;
    if (version.isMaximum || onlyFeedsMaxima(version)) return true;
    const source = rootOf(bare(value));
    const sources = this.#versionsAt(source, value.start);
    return sources.length > 0 && sources.every(({ isUnderExp, isMaximum }) => isMaximum && !isUnderExp);
  }

  /** Updates continue a version, and a store in a loop one that the loop has read. */
  #joinVersions(): void {
    for (const [index, store] of this.#stores.entries()) {
      const before = this.#stores.slice(0, index).findLast(({ root }) => root === store.root);
      if (before === undefined) continue;
      if (store.isUpdate || this.#isReadEarlierInLoop(store, before)) store.version = before.version;
    }
    for (const { version, value } of this.#stores) if (isMaximum(value)) version.isMaximum = true;
  }

  #isReadEarlierInLoop(store: Store, before: Store): boolean {
    const loops = [...statementsIn(this.#body)].filter(
      (one) => isLoop(one) && one.start < store.statement.start && store.statement.end <= one.end,
    );
    return loops.some(
      ({ start }) =>
        before.statement.start < start &&
        [...statementsIn(this.#body)].some(
          (one) =>
            one.start > start &&
            one.start < store.statement.start &&
            reads(one).some((expression) => rootOf(expression) === store.root),
        ),
    );
  }

  #use(statement: Statement): void {
    const store = this.#stores.find((one) => one.statement === statement);
    for (const expression of ownExpressions(statement)) {
      if (statement.kind === "assignment" && expression === statement.target) {
        for (const index of indicesOf(expression)) this.#read(index, OTHER_USE);
        continue;
      }
      const isCopy = store !== undefined && !store.isUpdate && rootOf(bare(expression)) !== undefined;
      this.#read(bare(expression), { isUnderExp: false, isShift: isCopy, to: store?.version });
    }
  }

  #read(expression: Expression, use: Use): void {
    const { kind, text, parts } = expression;
    const root = rootOf(expression);
    if (root !== undefined && (kind === "name" || kind === "index" || kind === "member")) {
      for (const version of this.#versionsAt(root, expression.start)) note(version, use);
      for (const index of indicesOf(expression)) this.#read(index, OTHER_USE);
      return;
    }
    const isUnderExp = use.isUnderExp || (kind === "call" && /^exp2?$/.test(text));
    for (const part of parts) {
      const place = placeOf(expression, part, { ...use, isUnderExp });
      const isPassed = place === "passed" && !isUnderExp;
      this.#read(part, { isUnderExp, isShift: place !== "other", to: isPassed ? use.to : undefined });
    }
  }

  #versionsAt(root: Variable | undefined, start: number): Version[] {
    const store = this.#stores.findLast((one) => one.root === root && one.statement.start < start);
    const first = store ?? this.#stores.find((one) => one.root === root);
    return first === undefined ? [] : [first.version];
  }
}

/** How an expression uses a value. */
interface Use {
  readonly isUnderExp: boolean;
  readonly isShift: boolean;
  /** The version that takes the value. */
  readonly to: Version | undefined;
}

const OTHER_USE: Use = { isUnderExp: false, isShift: false, to: undefined };

function note(version: Version, { isUnderExp, isShift, to }: Use): void {
  if (!isShift) version.isOtherwiseUsed = true;
  else if (isUnderExp) version.isUnderExp = true;
  else if (to !== undefined) version.passedTo.push(to);
  else version.isStored = true;
}

function onlyFeedsMaxima({ isUnderExp, isStored, passedTo }: Version): boolean {
  return !isUnderExp && !isStored && passedTo.length > 0 && passedTo.every(({ isMaximum }) => isMaximum);
}

function isOnlyShift(version: Version, seen = new Set<Version>()): boolean {
  if (seen.has(version)) return true;
  seen.add(version);
  const { variable, isOtherwiseUsed, passedTo } = version;
  // The host or another pass reads a storage buffer.
  if (isOtherwiseUsed || variable.resource !== undefined) return false;
  return passedTo.every((other) => isOnlyShift(other, seen));
}

function placeOf({ kind, text, parts }: Expression, part: Expression, use: Use): "shift" | "passed" | "other" {
  switch (kind) {
    case "call":
      if (text === "max") return use.to === undefined && !use.isUnderExp ? "other" : "passed";
      return isConstructor(text) ? "shift" : "other";
    case "binary": {
      const isShift =
        text === "+" ? parts.some((other) => other !== part && isLogarithm(other)) : text === "-" && use.isUnderExp;
      return isShift ? "shift" : "other";
    }
    case "group":
      return use.isShift ? "passed" : "other";
    default:
      return "other";
  }
}

function isLogarithm(expression: Expression): boolean {
  const { kind, text } = bare(expression);
  return kind === "call" && (text === "log" || text === "log2");
}

/** A vector's, or a structure's, which begins with a capital. */
function isConstructor(name: string): boolean {
  return /^(vec[234]|[A-Z])/.test(name);
}

function storeOf(statement: Statement): Omit<Store, "version"> | undefined {
  if (statement.kind !== "declaration" && statement.kind !== "assignment") return undefined;
  const { value } = statement;
  const root = statement.kind === "declaration" ? statement.variable : rootOf(statement.target);
  if (value === undefined || root === undefined) return undefined;
  const isUpdate =
    (statement.kind === "assignment" && statement.operator !== "=") ||
    [...expressionsIn(value)].some(({ kind, variable }) => kind === "name" && variable === root);
  return { statement, root, value, isUpdate };
}

function isMaximum(value: Expression): boolean {
  const { kind, text } = bare(value);
  return kind === "call" && text === "max";
}

function isLoop(statement: Statement): boolean {
  return statement.kind === "for" || (statement.kind === "nested" && statement.isLoop);
}

/** The expressions that a statement reads, without the target of an assignment. */
function reads(statement: Statement): Expression[] {
  const target = statement.kind === "assignment" ? statement.target : undefined;
  return ownExpressions(statement).flatMap((own) =>
    own === target ? own.parts.slice(1) : [...expressionsIn(own)].filter(({ kind }) => kind === "name"),
  );
}

function indicesOf({ kind, parts }: Expression): Expression[] {
  if (kind !== "index" && kind !== "member") return [];
  return [...indicesOf(parts[0]!), ...parts.slice(1)];
}

/** Module variables that several functions use: their order is not known. */
function sharedVariables({ functions }: WgslSyntax): Set<Variable> {
  const users = new Map<Variable, number>();
  for (const { body } of functions) {
    const used = new Set<Variable>();
    for (const statement of statementsIn(body)) {
      for (const own of ownExpressions(statement)) {
        for (const { variable } of expressionsIn(own)) if (variable?.isGlobal) used.add(variable);
      }
    }
    for (const variable of used) users.set(variable, (users.get(variable) ?? 0) + 1);
  }
  return new Set([...users].filter(([, count]) => count > 1).map(([variable]) => variable));
}
