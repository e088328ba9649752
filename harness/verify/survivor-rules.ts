import { bodies } from "../mutation/edit.ts";
import type { Mutant } from "../mutation/mutants.ts";
import { type Token, tokenize } from "../mutation/wgsl-tokens.ts";
import { entryPoints, LANE_ORDERS, withLaneOrder, withPaddedArrays } from "./alterations.ts";
import { type Comparison, enclosingExpressions, instrumented, instrumentedConstant } from "./effect.ts";
import type { Explanation } from "./equivalents.ts";
import { sameComparison } from "./known-order.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { readSyntax } from "./read-syntax.ts";
import { expressionsOf, type WgslSyntax } from "./wgsl-syntax.ts";

/** A mutant that no case refused, and the runs that rules may ask for. */
export interface Survivor {
  readonly module: string;
  readonly mutant: Mutant;
  probe(probe: Probe): Promise<ProbeResult>;
  /** Whether the task's cases accept the kernel with this module. */
  isAccepted(code: string): Promise<boolean>;
  /** Dispatches of the module over all cases, and beyond. */
  rows(): Promise<RowsOfWorkgroups>;
}

export interface RowsOfWorkgroups {
  /** The most rows of workgroups in a dispatch of any case. */
  readonly most: number;
  /** Elements, with scratch, of the smallest problem that needs several rows; infinity if none was found. */
  readonly elementsForMore: number;
}

/** Problems from this size on take too long to check, on a software adapter. */
const OUT_OF_REACH_ELEMENTS = 1 << 20;

/** Cases that run again in another order of invocations, and with other values out of bounds. */
const MOST_ALTERED = 4;

/** @returns the first rule's explanation of a surviving mutant */
export async function explain(survivor: Survivor): Promise<Explanation | undefined> {
  const seen = new Runs(survivor);
  for (const rule of RULES) {
    const found = await rule(seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A survivor with its tokens, and its probes remembered. */
class Runs {
  readonly survivor: Survivor;
  readonly module: string;
  readonly mutant: Mutant;
  readonly tokens: readonly Token[];
  /** The tokens that the change replaces. */
  readonly changed: { readonly from: number; readonly to: number };
  readonly #probes = new Map<string, Promise<ProbeResult>>();

  constructor(survivor: Survivor) {
    this.survivor = survivor;
    this.module = survivor.module;
    this.mutant = survivor.mutant;
    this.tokens = tokenize(this.module);
    const { start, end } = this.mutant.edit;
    const from = this.tokens.findIndex((token) => token.end > start);
    this.changed = { from, to: this.tokens.findLastIndex((token) => token.start < end) + 1 };
  }

  /** The token that the change replaces, if it is one. */
  get token(): Token | undefined {
    const { from, to } = this.changed;
    return to === from + 1 ? this.tokens[from] : undefined;
  }

  get replacement(): string {
    return this.mutant.edit.text.trim();
  }

  #probe(probe: Probe): Promise<ProbeResult> {
    const key = JSON.stringify(probe);
    let known = this.#probes.get(key);
    if (known === undefined) {
      known = this.survivor.probe(probe);
      this.#probes.set(key, known);
    }
    return known;
  }

  /** Whether another module gives the outputs of the kernel's, to the bit. */
  async isSame(other: string, one = this.module): Promise<boolean> {
    const { isDifferent, problem } = await this.#probe({ one, other, behind: "elements" });
    return problem === undefined && !isDifferent;
  }

  /** Whether the mutant gives the outputs of the kernel's, to the bit. */
  async isMutantSame(): Promise<boolean> {
    // An instrumented mutant gives its outputs as well, but for what its notes change in rounding.
    for (const comparison of ["discrete", "any"] as const) {
      const seen = await this.effect(comparison);
      if (seen !== undefined && !seen.isDifferent) return true;
    }
    return this.isSame(this.mutant.code);
  }

  /**
   * Whether the mutant and the kernel, both altered, run and give other outputs than each other, on cases in which the
   * change has an effect: in the others both compute the same, whatever the order of invocations and the values out of
   * bounds.
   */
  async differs({
    one = this.module,
    other = this.mutant.code,
    behind = "elements",
  }: Partial<Probe>): Promise<boolean> {
    const only = await this.#concernedCases();
    const { isDifferent, problem } = await this.#probe({ one, other, behind, only });
    return problem === undefined && isDifferent;
  }

  /** Some of the cases in which the change has an effect, or may have one. */
  async #concernedCases(): Promise<readonly number[]> {
    const concerned =
      (await this.#innermostEffect()) ??
      (await this.#probe({ one: this.module, other: this.mutant.code, behind: "elements" })).cases;
    const step = Math.max(1, concerned.length / MOST_ALTERED);
    return concerned.filter((_, place) => Math.floor((place + 1) / step) > Math.floor(place / step));
  }

  /**
   * The cases in which the innermost expression that the change is part of has another value: a larger one may have the
   * same only for this order of invocations and these values out of bounds.
   */
  async #innermostEffect(): Promise<readonly number[] | undefined> {
    // The notes of a changed constant tell of integers and conditions only.
    if (this.#place !== "function") return undefined;
    const seen = (await this.effect("discrete")) ?? (await this.effect("any"));
    if (seen === undefined || seen.effective.length === seen.cases.length) return seen?.effective;
    return ((await this.effect("discrete", "innermost")) ?? (await this.effect("any", "innermost")))?.effective;
  }

  /** The cases in which the change has an effect on an expression; undefined if that cannot be observed. */
  async effect(
    comparison: Comparison,
    expression: "largest" | "innermost" = "largest",
  ): Promise<Pick<ProbeResult, "cases" | "effective" | "isDifferent"> | undefined> {
    if (this.#place === "attribute") {
      const result = await this.#probe({ one: this.module, other: this.mutant.code, behind: "elements" });
      return { ...result, effective: result.cases };
    }
    const constant = this.#place === "constant" ? instrumentedConstant(this.module, this.mutant) : undefined;
    if (this.#place === "constant" && constant === undefined) return undefined;
    const versions = constant === undefined ? instrumented(this.module, this.mutant, comparison) : [constant];
    for (const other of expression === "largest" ? versions : versions.toReversed()) {
      const result = await this.#probe({ one: this.module, other, behind: "elements" });
      if (result.problem === undefined) return result;
    }
    return undefined;
  }

  /** What the change is part of. */
  get #place() {
    return bodies(this.tokens).find(({ from, to }) => from <= this.changed.from && this.changed.from < to)?.kind;
  }

  /** The module with another text in place of the changed one. */
  withText(text: string): string {
    const { start, end } = this.mutant.edit;
    return this.module.slice(0, start) + text + this.module.slice(end);
  }
}

function isFraction(text: string): boolean {
  return /^\d*\.?\d+(e[+-]?\d+)?f?$|^\d+\.\d*$/.test(text) && !/^\d+$/.test(text);
}

type Rule = (runs: Runs) => Promise<Explanation | undefined>;

/** From the strictest: each needs what the earlier ones could not show. */
const RULES: readonly Rule[] = [
  comparisons,
  constantExpressions,
  widerWorkgroups,
  rowsOfWorkgroups,
  otherOrders,
  otherReads,
  oppositeSign,
  surplusWork,
  unusedNumber,
  lowerStart,
  shiftedScores,
];

/** Comparisons that never differ: by types and conditions, without a run. */
async function comparisons({ token, replacement, module }: Runs): Promise<Explanation | undefined> {
  const syntax = token === undefined ? undefined : readSyntax(module);
  const reason = syntax && sameComparison(syntax, token!.start, replacement);
  return reason === undefined ? undefined : { kind: "same-function", reason };
}

/** An expression of constants, with the same value. */
async function constantExpressions(runs: Runs): Promise<Explanation | undefined> {
  const { module, mutant } = runs;
  const syntax = readSyntax(module);
  if (syntax === undefined) return undefined;
  for (const { start, end } of enclosingExpressions(module, mutant.edit)) {
    if (!isConstant(syntax, start, end)) continue;
    const other = mutant.code.slice(start, end + mutant.code.length - module.length);
    const asserted = `${module}\nconst_assert (${module.slice(start, end)}) == (${other});\n`;
    if (await runs.isSame(asserted))
      return { kind: "same-function", reason: "the compiler's arithmetic gives the same constant" };
  }
  return undefined;
}

/** Whether a place contains only names of the module's constants; a local variable may hide one of them. */
function isConstant({ functions }: WgslSyntax, start: number, end: number): boolean {
  const expressions = functions.flatMap(({ body }) => [...expressionsOf(body)]);
  const inside = expressions.filter((one) => one.start >= start && one.end <= end);
  return (
    inside.length > 0 &&
    inside.every(({ variable }) => variable === undefined || (variable.isGlobal && variable.keyword === "const"))
  );
}

/** Invocations that know only their global number do the same work in workgroups of any size. */
async function widerWorkgroups(runs: Runs): Promise<Explanation | undefined> {
  const { module, tokens, changed, token, replacement } = runs;
  const entries = entryPoints(module, tokens);
  const opening = tokens.findLastIndex(({ text }, at) => at < changed.from && text === "workgroup_size");
  const isAttribute = opening >= 0 && tokens[opening + 1]!.partner! > changed.from;
  const entry = entries.find(({ body }) => body.from > changed.from);
  if (!isAttribute || entry === undefined || !(Number(replacement) > Number(token?.text))) return undefined;
  const known = ["global_invocation_id", "num_workgroups"];
  const isByNumber = entry.parameters.some(({ builtin }) => builtin === "global_invocation_id");
  const inside = tokens.slice(entry.body.from, entry.body.to);
  const shares = new Set(tokens.flatMap(({ text }, at) => (text === "workgroup" ? [tokens[at + 2]!.text] : [])));
  if (!isByNumber || !entry.parameters.every(({ builtin }) => known.includes(builtin ?? ""))) return undefined;
  if (inside.some(({ text }) => shares.has(text) || text.endsWith("Barrier"))) return undefined;
  if (!(await runs.isMutantSame())) return undefined;
  const isSpread = entry.parameters.some(({ builtin }) => builtin === "num_workgroups");
  return {
    kind: isSpread ? "out-of-reach" : "same-function",
    reason: isSpread
      ? "surplus invocations end at the guard, and no case dispatches several rows of workgroups"
      : "invocations know only their global number, and surplus ones end at the guard",
  };
}

/** An index of invocations that are spread over several rows of workgroups only beyond the size of any case. */
async function rowsOfWorkgroups(runs: Runs): Promise<Explanation | undefined> {
  const { module, tokens, mutant } = runs;
  const builtins = entryPoints(module, tokens).flatMap(({ parameters }) => parameters);
  const names = builtins
    .filter(({ builtin }) => builtin === "global_invocation_id" || builtin === "workgroup_id")
    .map(({ name }) => name.text);
  const [whole] = enclosingExpressions(module, mutant.edit);
  if (whole === undefined) return undefined;
  const inside = tokens.filter(({ start, end }) => start >= whole.start && end <= whole.end);
  const hasRow = inside.some(
    ({ text }, at) => names.includes(text) && inside[at + 1]?.text === "." && inside[at + 2]?.text === "y",
  );
  if (!hasRow || (await runs.effect("discrete"))?.effective.length !== 0) return undefined;
  const { most, elementsForMore } = await runs.survivor.rows();
  if (most > 1 || elementsForMore < OUT_OF_REACH_ELEMENTS) return undefined;
  const size = Number.isFinite(elementsForMore) ? `only problems from ${elementsForMore} elements do` : "no plan does";
  return { kind: "out-of-reach", reason: `no case dispatches several rows of workgroups: ${size}` };
}

/** A race that adapters hide by running invocations in order. */
async function otherOrders(runs: Runs): Promise<Explanation | undefined> {
  if (!(await runs.isMutantSame())) return undefined;
  for (const [name, order] of Object.entries(LANE_ORDERS)) {
    const one = withLaneOrder(runs.module, order);
    const other = withLaneOrder(runs.mutant.code, order);
    if (one === undefined || other === undefined || !(await runs.isSame(one))) return undefined;
    if (!(await runs.differs({ one, other }))) continue;
    return { kind: "race", reason: `the outputs change if a workgroup's invocations are numbered in ${name} order` };
  }
  return undefined;
}

/** A read out of bounds whose value counts: WGSL leaves it open, and adapters move the index. */
async function otherReads(runs: Runs): Promise<Explanation | undefined> {
  if (!(await runs.isMutantSame())) return undefined;
  if (await runs.differs({ behind: "zeros" })) {
    return { kind: "robust-access", reason: "the outputs change if reads past the end of a tensor return zero" };
  }
  const one = withPaddedArrays(runs.module);
  const other = withPaddedArrays(runs.mutant.code);
  if (one === undefined || other === undefined || !(await runs.isSame(one))) return undefined;
  if (!(await runs.differs({ one, other }))) return undefined;
  return {
    kind: "robust-access",
    reason: "the outputs change if reads past the end of a workgroup's array return zero",
  };
}

/** The opposite number, which is only squared. */
async function oppositeSign(runs: Runs): Promise<Explanation | undefined> {
  const { mutant, token, replacement, tokens, changed } = runs;
  const isSwap = mutant.change === 'the operands of "-" were swapped';
  const isAssignment = (token?.text === "+=" && replacement === "-=") || (token?.text === "-=" && replacement === "+=");
  if (!isSwap && !isAssignment) return undefined;
  let at = changed.from;
  while (!["=", "+=", "-="].includes(tokens[at]!.text))
    if (at-- === 0 || ";{}".includes(tokens[at]!.text)) return undefined;
  const name = tokens[at - 1]!;
  if (name.kind !== "name" || !isOnlySquared(runs, name.text, at)) return undefined;
  if (!(await runs.effect("any"))?.effective.length && !isAssignment) return undefined;
  return (await runs.isMutantSame())
    ? { kind: "same-function", reason: `only the square of ${name.text} is used` }
    : undefined;
}

/** Whether a variable is used in products with itself alone, apart from its own sum. */
function isOnlySquared({ tokens }: Runs, name: string, assignment: number): boolean {
  const uses = tokens.flatMap((token, at) => (token.text === name && at !== assignment - 1 ? [at] : []));
  const text = (at: number) => tokens[at]?.text;
  const isSquare = (at: number) => text(at + 1) === "*" && text(at + 2) === name;
  const ends = [";", "+", "-", ")", ","];
  const isDeclaration = (at: number) =>
    ["var", "let"].includes(text(at - 1)!) && (text(at + 2) === "0.0" || at === assignment - 1);
  const others = uses.filter((at) => !isDeclaration(at) && !isSquare(at));
  const starts = ["=", "+=", "+", "(", ","];
  return (
    uses.some(isSquare) &&
    others.every((at) => isSquare(at - 2) && ends.includes(text(at + 1)!) && starts.includes(text(at - 3)!))
  );
}

/** Other indices, conditions or rounds, which no output depends on. */
async function surplusWork(runs: Runs): Promise<Explanation | undefined> {
  if (!(await runs.isMutantSame())) return undefined;
  const seen = await runs.effect("discrete");
  if (seen === undefined || seen.effective.length === 0) return undefined;
  return {
    kind: "same-function",
    reason: `another ${placeOf(runs)} in ${seen.effective.length} of ${seen.cases.length} cases, and no bit of the outputs differs, in any order of invocations and with any values out of bounds`,
  };
}

function placeOf({ tokens, changed, mutant }: Runs): string {
  if (/^(return|break|continue)/.test(mutant.before)) return "end";
  const range = bodies(tokens).find(({ from, to }) => from <= changed.from && changed.from < to);
  if (range?.kind !== "function") return "division of work";
  const statement = tokens.findLastIndex(({ text }, at) => at <= changed.from && "{};".includes(text));
  const inHeader = tokens
    .slice(Math.max(0, statement - 12), changed.from + 1)
    .findLast(({ text }) => ["for", "if"].includes(text));
  return inHeader === undefined ? "index" : inHeader.text === "if" ? "condition" : "number of rounds";
}

/** Numbers of any size and sign. */
const OTHER_NUMBERS = ["-7.5", "12345.0", "0.001"];

/** A number that is overwritten, or multiplied by zero, before it reaches an output. */
async function unusedNumber(runs: Runs): Promise<Explanation | undefined> {
  if (runs.token?.kind !== "number" || !isFraction(runs.token.text) || !(await runs.isMutantSame())) return undefined;
  for (const number of OTHER_NUMBERS) if (!(await runs.isSame(runs.withText(number)))) return undefined;
  return { kind: "same-function", reason: "no bit of the outputs depends on the number: others give the same" };
}

/** The start of a maximum: any that is lower gives the same. */
async function lowerStart(runs: Runs): Promise<Explanation | undefined> {
  const { token, replacement, tokens, changed } = runs;
  const isLower =
    token?.kind === "number" && tokens[changed.from - 1]?.text === "-" && Number(replacement) > Number(token.text);
  if (!isLower || !(await runs.isMutantSame())) return undefined;
  if (!(await runs.isSame(runs.withText("3.4e38")))) return undefined;
  return { kind: "same-function", reason: "every lower number gives the same outputs, down to the lowest" };
}

/** A number added to all scores of a row, of which only differences count. */
async function shiftedScores(runs: Runs): Promise<Explanation | undefined> {
  const { token, tokens, changed } = runs;
  const isStart =
    token?.text === "0.0" && tokens[changed.from - 1]?.text === "=" && tokens[changed.from - 3]?.text === "var";
  if (!isStart || !tokens.some(({ text }) => text === "exp" || text === "exp2")) return undefined;
  for (const number of ["4.0", "-4.0"]) if (!(await runs.survivor.isAccepted(runs.withText(number)))) return undefined;
  return { kind: "same-function", reason: "any number may be added to all scores: only their differences count" };
}
