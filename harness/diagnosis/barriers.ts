import {
  Call,
  CallExpr,
  type Expression,
  type Statement,
  VariableExpr,
  type Function as WgslFunction,
} from "wgsl_reflect/wgsl_reflect.module.js";
import {
  bodiesOf,
  expressionsIn,
  isLoop,
  isReadModifyWrite,
  lineOf,
  ownExpressions,
  targetOf,
  textOf,
  type WgslModule,
} from "../wgsl/syntax.ts";

/** A use of workgroup memory that another invocation may have written, or may still read. */
export interface UnguardedUse {
  readonly variable: string;
  readonly line: number;
  readonly how: "read-after-write" | "write-after-read";
}

const BARRIERS = new Set(["workgroupBarrier", "storageBarrier", "workgroupUniformLoad"]);
const DEEPEST_CALL = 4;
/** Nested loops double the work, and so may calls: the walk stops after this many steps. */
const MOST_LOOKS = 200_000;

/** Uses of workgroup memory since the last barrier. */
interface Use {
  readonly variable: string;
  readonly index: string;
  /** Round of the enclosing loops: the next round may overwrite values that this one reads. */
  readonly round: number;
}

/**
 * Follows an entry point as one invocation runs it, each loop for two rounds, and finds the first use of workgroup memory
 * that no barrier separates from another invocation's: a guess, since it compares indices by their text.
 */
export function findUnguardedUse(module: WgslModule, entry: WgslFunction): UnguardedUse | undefined {
  const shared = new Set(
    [...module.variables.values()].filter(({ storage }) => storage === "workgroup").map(({ name }) => name),
  );
  if (shared.size === 0) return undefined;
  const walk = new Walk(module, shared);
  walk.statements(entry.body, 0);
  return walk.found;
}

class Walk {
  found: UnguardedUse | undefined;
  readonly #module: WgslModule;
  readonly #shared: ReadonlySet<string>;
  #writes: Use[] = [];
  #reads: Use[] = [];
  #round = 0;
  #looks = 0;

  constructor(module: WgslModule, shared: ReadonlySet<string>) {
    this.#module = module;
    this.#shared = shared;
  }

  statements(statements: readonly Statement[], depth: number): void {
    for (const statement of statements) {
      if (++this.#looks > MOST_LOOKS) return;
      this.#statement(statement, depth);
    }
  }

  #statement(statement: Statement, depth: number): void {
    for (const expression of ownExpressions(statement)) this.#expression(expression, lineOf(statement), depth);
    const target = targetOf(statement);
    if (target !== undefined) {
      for (const inner of expressionsIn(target.postfix)) this.#read(inner, lineOf(statement));
      if (isReadModifyWrite(statement)) this.#read(target, lineOf(statement));
      this.#write(target, lineOf(statement));
    }
    if (statement instanceof Call) this.#call(statement.name, depth);
    const rounds = isLoop(statement) ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      this.#round += round;
      for (const body of bodiesOf(statement)) this.statements(body, depth);
    }
  }

  #expression(expression: Expression | null, line: number, depth: number): void {
    for (const part of expressionsIn(expression)) {
      if (++this.#looks > MOST_LOOKS) return;
      this.#read(part, line);
      if (part instanceof CallExpr) this.#call(part.name, depth);
    }
  }

  #call(name: string, depth: number): void {
    if (BARRIERS.has(name)) {
      this.#writes = [];
      this.#reads = [];
      return;
    }
    const called = this.#module.functions.get(name);
    if (called !== undefined && depth < DEEPEST_CALL) this.statements(called.body, depth + 1);
  }

  #use(expression: Expression): Use | undefined {
    if (!(expression instanceof VariableExpr) || !this.#shared.has(expression.name)) return undefined;
    return { variable: expression.name, index: textOf(expression).slice(expression.name.length), round: this.#round };
  }

  #read(expression: Expression, line: number): void {
    const use = this.#use(expression);
    if (use === undefined) return;
    this.#looks += this.#writes.length;
    // A lane that reads the element it wrote itself needs no barrier.
    const isOthers = this.#writes.some(({ variable, index }) => variable === use.variable && index !== use.index);
    if (isOthers) this.found ??= { variable: use.variable, line, how: "read-after-write" };
    this.#reads.push(use);
  }

  #write(expression: Expression, line: number): void {
    const use = this.#use(expression);
    if (use === undefined) return;
    this.#looks += this.#reads.length;
    const isStillRead = this.#reads.some(
      ({ variable, index, round }) => variable === use.variable && index !== use.index && round < use.round,
    );
    if (isStillRead) this.found ??= { variable: use.variable, line, how: "write-after-read" };
    this.#writes.push(use);
  }
}
