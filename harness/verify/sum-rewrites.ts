import { type FindReplacements, type Replacement, unusedName } from "./rewrite.ts";
import {
  type Assignment,
  type Block,
  type Declaration,
  type Expression,
  expressionsIn,
  expressionsOf,
  type ForLoop,
  rootOf,
  statementsIn,
  textOf,
  type Variable,
  type WgslFunction,
  type WgslSyntax,
} from "./wgsl-syntax.ts";
import { isFloat, scalarOf } from "./wgsl-types.ts";

/**
 * A loop that only adds terms to variables, in any order with the same sums in real arithmetic: it counts upwards, each
 * round depends on its number only, and nothing else changes.
 */
interface SumLoop {
  readonly loop: ForLoop;
  readonly counter: Variable;
  /** Texts of the first value, of the number after the last or (if inclusive) of the last, and of the step. */
  readonly first: string;
  readonly end: string;
  readonly step: string;
  readonly isInclusive: boolean;
  /** The additions that no inner sum loop contains, by their variable. */
  readonly sums: ReadonlyMap<Variable, readonly Assignment[]>;
}

/** Sums from the last term to the first. */
export const backwards: FindReplacements = (syntax) =>
  sumLoops(syntax).flatMap(({ loop, counter, first, end, step, isInclusive }): Replacement[] => {
    const name = unusedName(syntax, `backwards_${counter.name}`);
    const distance = isInclusive ? `(${end}) - (${first})` : `(${end}) - 1 - (${first})`;
    const last = step === "1" ? distance : `(${distance}) / (${step}) * (${step})`;
    return [
      { ...loop.head, text: `var ${name} = ${first}; ${name} ${isInclusive ? "<=" : "<"} ${end}; ${name} += ${step}` },
      atStart(loop.body, ` let ${counter.name} = (${first}) + ${last} - (${name} - (${first}));`),
    ];
  });

const PARTS = 4;

/** Four partial sums, to which the terms go in turn. */
export const interleaved: FindReplacements = inSums((syntax, sumLoop) => {
  const round = roundOf(sumLoop);
  return replacementsOf(sumLoop, (variable, additions) => {
    const parts = unusedName(syntax, `parts_of_${variable.name}`);
    const part = (at: number) => `${parts}[${at}]`;
    return {
      before: `var ${parts} = array<${variable.type}, ${PARTS}>();`,
      within: additions.map(({ target: { start, end } }) => ({ start, end, text: `${parts}[${round} % ${PARTS}]` })),
      after: `${variable.name} += (${part(0)} + ${part(1)}) + (${part(2)} + ${part(3)});`,
    };
  });
});

const BLOCK = 16;

/** A partial sum of each 16 terms. */
export const inBlocks: FindReplacements = inSums((syntax, sumLoop) => {
  const round = roundOf(sumLoop);
  return replacementsOf(sumLoop, (variable, additions) => {
    const block = unusedName(syntax, `block_of_${variable.name}`);
    const zero = `${variable.type}()`;
    const take = `${variable.name} += ${block};`;
    return {
      before: `var ${block} = ${zero};`,
      within: [
        ...additions.map(({ target: { start, end } }) => ({ start, end, text: block })),
        atEnd(sumLoop.loop.body, ` if (${round} % ${BLOCK} == ${BLOCK - 1}) { ${take} ${block} = ${zero}; } `),
      ],
      after: take,
    };
  });
});

/** Sums that carry along the part which each addition rounds away (Kahan, 1965). */
export const compensated: FindReplacements = inSums((syntax, sumLoop) =>
  replacementsOf(sumLoop, (variable, additions) => {
    if (!isFloat(variable.type)) return { before: "", within: [], after: "" };
    const [lost, term, next] = ["lost_of", "term_of", "next_of"].map((name) =>
      unusedName(syntax, `${name}_${variable.name}`),
    );
    return {
      before: `var ${lost} = ${variable.type}();`,
      within: additions.map(({ start, end, operator, value }) => {
        const added = `${operator === "-=" ? "-" : ""}(${textOf(syntax, value!)})`;
        const sum = variable.name;
        return {
          ...{ start, end },
          text: `{ let ${term} = ${added} - ${lost}; let ${next} = ${sum} + ${term}; ${lost} = (${next} - ${sum}) - ${term}; ${sum} = ${next}; }`,
        };
      }),
      after: "",
    };
  }),
);

/** What a rewrite of one sum adds before its loop, changes in it, and adds after it. */
interface SumChange {
  readonly before: string;
  readonly within: readonly Replacement[];
  readonly after: string;
}

function inSums(change: (syntax: WgslSyntax, sumLoop: SumLoop) => readonly Replacement[]): FindReplacements {
  return (syntax) => sumLoops(syntax).flatMap((sumLoop) => change(syntax, sumLoop));
}

/** The loop, in a block with its additional variables. */
function replacementsOf(
  { loop, sums }: SumLoop,
  change: (variable: Variable, additions: readonly Assignment[]) => SumChange,
): Replacement[] {
  const changes = Array.from(sums, ([variable, additions]) => change(variable, additions)).filter(
    ({ within }) => within.length > 0,
  );
  if (changes.length === 0) return [];
  const { start, end } = loop;
  return [
    { start, end: start, text: `{ ${changes.map(({ before }) => before).join(" ")} ` },
    ...changes.flatMap(({ within }) => within),
    { start: end, end, text: ` ${changes.map(({ after }) => after).join(" ")} }` },
  ];
}

/** The number of a round, from 0. */
function roundOf({ counter, first, step }: SumLoop): string {
  const distance = `(${counter.name} - (${first}))`;
  return step === "1" ? distance : `(${distance} / (${step}))`;
}

function atStart({ start }: Block, text: string): Replacement {
  return { start: start + 1, end: start + 1, text };
}

function atEnd({ end }: Block, text: string): Replacement {
  return { start: end - 1, end: end - 1, text };
}

export function sumLoops(syntax: WgslSyntax): SumLoop[] {
  return syntax.functions.flatMap(({ body }) =>
    [...statementsIn(body)].flatMap((statement) => {
      const found = statement.kind === "for" ? sumLoopOf(syntax, statement) : undefined;
      return found === undefined ? [] : [found];
    }),
  );
}

function sumLoopOf(syntax: WgslSyntax, loop: ForLoop): SumLoop | undefined {
  const counting = countingOf(syntax, loop);
  const additions = additionsIn(syntax, loop.body);
  if (counting === undefined || additions === undefined || additions.length === 0) return undefined;
  const sums = new Map<Variable, Assignment[]>();
  const inner = [...statementsIn(loop.body)].filter((statement) => statement.kind === "for");
  for (const addition of additions) {
    const variable = rootOf(addition.target)!;
    const isInner = inner.some(
      (other) => other.start < addition.start && addition.end < other.end && sumLoopOf(syntax, other) !== undefined,
    );
    sums.set(variable, [...(sums.get(variable) ?? []), ...(isInner ? [] : [addition])]);
  }
  return { loop, ...counting, sums: new Map([...sums].filter(([, own]) => own.length > 0)) };
}

/** A head `var i = first; i < end; i += step`. */
function countingOf(
  syntax: WgslSyntax,
  { init, condition, update, body }: ForLoop,
): Pick<SumLoop, "counter" | "first" | "end" | "step" | "isInclusive"> | undefined {
  if (init?.kind !== "declaration" || init.value === undefined || condition?.kind !== "binary") return undefined;
  if (update?.kind !== "assignment" || !/^[iu]32$/.test(init.variable.type)) return undefined;
  const counter = init.variable;
  const [left, end] = condition.parts as [Expression, Expression];
  if (left.variable !== counter || !["<", "<="].includes(condition.text)) return undefined;
  if (update.target.variable !== counter || !["++", "+="].includes(update.operator)) return undefined;
  const bounds = [init.value, end, ...(update.value === undefined ? [] : [update.value])];
  const changed = changedIn(body);
  const isFixed = (bound: Expression) =>
    [...expressionsIn(bound)].every(
      ({ kind, text, variable }) =>
        (kind !== "call" || isPureCall(syntax, text)) &&
        (kind !== "name" || (text !== counter.name && (variable === undefined || !changed.has(variable)))),
    );
  if (!bounds.every(isFixed) || changed.has(counter)) return undefined;
  return {
    counter,
    first: textOf(syntax, init.value),
    end: textOf(syntax, end),
    step: update.value === undefined ? "1" : textOf(syntax, update.value),
    isInclusive: condition.text === "<=",
  };
}

function changedIn(body: Block): Set<Variable | undefined> {
  const targets = [...statementsIn(body)].filter(
    (statement): statement is Assignment => statement.kind === "assignment",
  );
  return new Set(targets.map(({ target }) => rootOf(target)));
}

/** The additions that are the only effect of a loop's body; undefined if it has others. */
function additionsIn(syntax: WgslSyntax, body: Block): Assignment[] | undefined {
  const additions: Assignment[] = [];
  const statements = [...statementsIn(body)];
  const own = new Set(
    statements.filter((one): one is Declaration => one.kind === "declaration").map(({ variable }) => variable),
  );
  for (const statement of statements) {
    if (statement.kind === "call" || statement.kind === "return" || statement.kind === "jump") return undefined;
    if (statement.kind !== "assignment") continue;
    const root = rootOf(statement.target);
    if (root === undefined) return undefined;
    if (!own.has(root)) additions.push(statement);
  }
  const added = new Set(additions.map(({ target }) => rootOf(target)!));
  if (!additions.every(isAddition)) return undefined;
  const read = [...expressionsOf(body)].filter(({ kind, variable }) => kind === "name" && added.has(variable!));
  // Each addition names its variable once.
  if (read.length !== additions.length) return undefined;
  return [...expressionsOf(body)].every(({ kind, text }) => kind !== "call" || isPureCall(syntax, text))
    ? additions
    : undefined;
}

function isAddition({ target, operator }: Assignment): boolean {
  const isSum = operator === "+=" || operator === "-=";
  const { kind, variable } = target;
  return isSum && kind === "name" && !variable!.isGlobal && /^[fiu]32$/.test(scalarOf(variable!.type));
}

/** Functions that depend on other invocations, or change what these see. */
const COMMUNICATION = /^(atomic|subgroup|quad)|Barrier$|^workgroupUniformLoad$/;

/** Whether a call changes nothing besides its result. */
function isPureCall(syntax: WgslSyntax, name: string): boolean {
  const called = syntax.functions.find((own) => own.name === name);
  return called === undefined ? !COMMUNICATION.test(name) : isPure(syntax, called);
}

/** WGSL has no recursion. */
function isPure(syntax: WgslSyntax, { body, parameters }: WgslFunction): boolean {
  if (parameters.some(({ type }) => type.startsWith("ptr<"))) return false;
  const targets = [...changedIn(body)];
  if (targets.some((variable) => variable === undefined || variable.isGlobal)) return false;
  return [...expressionsOf(body)].every(({ kind, text }) => kind !== "call" || isPureCall(syntax, text));
}
