import {
  BinaryOperator,
  Call,
  CallExpr,
  type Expression,
  If,
  Let,
  type Statement,
  VariableExpr,
  type Function as WgslFunction,
} from "wgsl_reflect/wgsl_reflect.module.js";
import {
  bodiesOf,
  builtinArguments,
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
  readonly how: "read-after-write" | "write-after-read" | "write-in-next-round";
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
  /** The outermost loop around it. */
  readonly loop: Statement | undefined;
  /** The number of the only invocation that runs it, such as 0 in `if (lane == 0)`. */
  readonly only: string | undefined;
}

/** Whether two uses of a variable may be by different invocations: indices that read alike are a lane's own element. */
function mayDiffer(a: Use, b: Use): boolean {
  return a.variable === b.variable && a.index !== b.index && (a.only === undefined || a.only !== b.only);
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
  const walk = new Walk(module, shared, lanesOf(entry));
  walk.statements(entry.body, 0);
  return walk.found;
}

/** How an entry point writes the number of an invocation in its workgroup. */
function lanesOf(entry: WgslFunction): Set<string> {
  const lanes = new Set<string>();
  for (const [name, builtin] of builtinArguments(entry)) {
    if (builtin === "local_invocation_index") lanes.add(name);
    if (builtin === "local_invocation_id") lanes.add(`${name}.x`);
  }
  for (const statement of entry.body) {
    if (statement instanceof Let && lanes.has(textOf(statement.value))) lanes.add(statement.name);
  }
  return lanes;
}

class Walk {
  found: UnguardedUse | undefined;
  readonly #module: WgslModule;
  readonly #shared: ReadonlySet<string>;
  readonly #lanes: ReadonlySet<string>;
  #only: { readonly lane: string; readonly number: string } | undefined;
  #writes: Use[] = [];
  #reads: Use[] = [];
  #round = 0;
  #loop: Statement | undefined;
  #looks = 0;

  constructor(module: WgslModule, shared: ReadonlySet<string>, lanes: ReadonlySet<string>) {
    this.#module = module;
    this.#shared = shared;
    this.#lanes = lanes;
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
    const loop = this.#loop;
    if (isLoop(statement)) this.#loop ??= statement;
    const rounds = isLoop(statement) ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      this.#round += round;
      for (const [at, body] of bodiesOf(statement).entries()) {
        const outer = this.#only;
        if (at === 0) this.#only = this.#onlyLane(statement) ?? outer;
        this.statements(body, depth);
        this.#only = outer;
      }
    }
    this.#loop = loop;
  }

  /** The invocation to which an `if` leaves its first body. */
  #onlyLane(statement: Statement): { lane: string; number: string } | undefined {
    if (!(statement instanceof If)) return undefined;
    const { condition } = statement;
    if (!(condition instanceof BinaryOperator) || condition.operator !== "==") return undefined;
    const [lane, number] = [textOf(condition.left), textOf(condition.right)];
    return this.#lanes.has(lane) && /^\d+$/.test(number) ? { lane, number } : undefined;
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
    const only = this.#only;
    const written = textOf(expression).slice(expression.name.length);
    const index = only !== undefined && written === `[${only.number}]` ? `[${only.lane}]` : written;
    return { variable: expression.name, index, round: this.#round, loop: this.#loop, only: only?.number };
  }

  #read(expression: Expression, line: number): void {
    const use = this.#use(expression);
    if (use === undefined) return;
    this.#looks += this.#writes.length;
    if (this.#writes.some((one) => mayDiffer(one, use)))
      this.found ??= { variable: use.variable, line, how: "read-after-write" };
    this.#reads.push(use);
  }

  #write(expression: Expression, line: number): void {
    const use = this.#use(expression);
    if (use === undefined) return;
    this.#looks += this.#reads.length;
    const read = this.#reads.find((one) => one.round < use.round && mayDiffer(one, use));
    if (read !== undefined) {
      const isSameLoop = use.loop !== undefined && read.loop === use.loop;
      this.found ??= { variable: use.variable, line, how: isSameLoop ? "write-in-next-round" : "write-after-read" };
    }
    this.#writes.push(use);
  }
}
