import { eagerLogic } from "./eager-logic.ts";
import { type Edit, replace } from "./edit.ts";
import { type ModuleParts, type StatementRange, statementsIn, textBetween } from "./module-parts.ts";

/** The buffer whose first word chooses a variant, from 1; 0 is the module as it is. */
export const CHOICE = "kernelmark_choice";
const CHOSEN = "kernelmark_chosen";
const CONDITION = "kernelmark_condition";

/** Writes the number of workgroups as the choice. */
export const WRITE_CHOICE = `
@group(0) @binding(0) var<storage, read_write> choice: array<u32>;
@compute @workgroup_size(1) fn main(@builtin(num_workgroups) groups: vec3u) { choice[0] = groups.x; }
`;

export interface CombinedModule {
  readonly code: string;
  /** Numbers of the variants that could not be included. */
  readonly omitted: ReadonlySet<number>;
}

/**
 * One module for many variants of a module: compiling takes most of the time of a trial. Statements, conditions and
 * loop headers that variants change are chosen when the kernel runs, by a value that is the same for all invocations.
 *
 * @param variants edits of function bodies, by number from 1
 * @param binding of the buffer `CHOICE`
 */
export function combine(
  parts: ModuleParts,
  variants: ReadonlyMap<number, readonly Edit[]>,
  binding: number,
): CombinedModule {
  const combining = new Combining(parts, variants);
  const edits = parts.functions.map(({ body: { from, to } }) =>
    replace(
      { start: parts.tokens[from - 1]!.end, end: parts.tokens[to]!.start },
      `\n  let ${CHOSEN} = ${CHOICE}[0];\n${combining.block(from, to)}\n`,
      "",
    ),
  );
  let code = "";
  let at = 0;
  for (const { start, end, text } of edits) {
    code += parts.code.slice(at, start) + text;
    at = end;
  }
  code += `${parts.code.slice(at)}\n@group(0) @binding(${binding}) var<storage, read> ${CHOICE}: array<u32>;\n`;
  return { code, omitted: combining.omitted() };
}

/** A variant's edit, and whether the combined module has it. */
interface Placed {
  readonly variant: number;
  readonly edit: Edit;
  isPlaced: boolean;
}

class Combining {
  readonly #parts: ModuleParts;
  readonly #edits: Placed[];
  readonly #refused = new Set<number>();
  readonly #functions: ReadonlySet<string>;

  constructor(parts: ModuleParts, variants: ReadonlyMap<number, readonly Edit[]>) {
    this.#parts = parts;
    this.#functions = new Set(parts.functions.map(({ name }) => name));
    this.#edits = [...variants].flatMap(([variant, edits]) =>
      edits.map((edit) => ({ variant, edit, isPlaced: false })),
    );
  }

  omitted(): Set<number> {
    return new Set([
      ...this.#refused,
      ...this.#edits.filter(({ isPlaced }) => !isPlaced).map(({ variant }) => variant),
    ]);
  }

  /** The statements in a block, and what is inserted between them. */
  block(from: number, to: number): string {
    const { tokens } = this.#parts;
    const statements = statementsIn(tokens, from, to);
    const lines = statements.flatMap((statement) => [
      this.#statement(statement),
      ...this.#inserted(tokens[statement.to - 1]!.end),
    ]);
    return [...this.#inserted(tokens[from - 1]!.end), ...lines].join("\n");
  }

  #inserted(offset: number): string[] {
    return this.#edits
      .filter(({ edit: { start, end } }) => start === offset && end === offset)
      .map((placed) => {
        placed.isPlaced = true;
        return `if (${CHOSEN} == ${placed.variant}u) { ${placed.edit.text} }`;
      });
  }

  #statement(statement: StatementRange): string {
    const { tokens } = this.#parts;
    const { from, to, blocks } = statement;
    const keyword = tokens[from]!.text;
    if (blocks.length === 0) return this.#simple(from, to - 1);
    if (keyword === "for") return this.#for(from, blocks[0]!);
    if (keyword === "switch") return textBetween(this.#parts, from, to);
    let header = from;
    const varies = keyword === "if" && this.#textsOf(from + 1, blocks[0]!, false).size > 0;
    const parts = blocks
      .map((opening, at) => {
        const text = varies && at === 0 ? `if (${CONDITION})` : this.#header(header, opening);
        const closing = tokens[opening]!.partner!;
        header = closing + 1;
        return `${text} {\n${this.block(opening + 1, closing)}\n}`;
      })
      .join(" ");
    return varies ? `{ ${this.#chosenCondition(from + 1, blocks[0]!)} ${parts} }` : parts;
  }

  /** A condition that varies, as a variable. */
  #chosenCondition(from: number, to: number): string {
    const assignment = (text: string) => `${CONDITION} = ${this.#eager(text)};`;
    const own = assignment(textBetween(this.#parts, from, to));
    return `var ${CONDITION} = false; ${chosenOf(mapValues(this.#textsOf(from, to), assignment), own)}`;
  }

  /** `if (…)`, `else if (…)`, `while (…)`, `else`, `loop`, `continuing`. */
  #header(from: number, to: number): string {
    const { tokens } = this.#parts;
    const at = [...tokens.keys()].slice(from, to).find((token) => ["if", "while"].includes(tokens[token]!.text));
    if (at === undefined) return textBetween(this.#parts, from, to);
    return `${textBetween(this.#parts, from, at + 1)} (${this.#condition(at + 1, to)})`;
  }

  #condition(from: number, to: number): string {
    const texts = this.#textsOf(from, to);
    const own = textBetween(this.#parts, from, to);
    if (texts.size === 0) return own;
    let chosen = this.#eager(own);
    for (const [variant, text] of texts) chosen = `select(${chosen}, ${this.#eager(text)}, ${CHOSEN} == ${variant}u)`;
    return chosen;
  }

  /** As a `loop` if its header varies. */
  #for(from: number, opening: number): string {
    const { tokens } = this.#parts;
    const closing = tokens[opening]!.partner!;
    const body = this.block(opening + 1, closing);
    const [first, last] = [from + 2, tokens[from + 1]!.partner!];
    const ends = [first - 1, ...semicolonsIn(tokens, first, last), last];
    if (ends.length !== 4 || this.#textsOf(first, last, false).size === 0) {
      return `${textBetween(this.#parts, from, opening)} {\n${body}\n}`;
    }
    const [start, condition, step] = [0, 1, 2].map((at) => [ends[at]! + 1, ends[at + 1]!] as const);
    const parts = [
      start![0] < start![1] ? this.#simple(start![0], start![1]) : "",
      condition![0] < condition![1] ? `${this.#chosenCondition(...condition!)} if (!${CONDITION}) { break; }` : "",
      body,
      step![0] < step![1] ? `continuing { ${this.#simple(step![0], step![1])} }` : "",
    ];
    return `{ ${parts[0]} loop { ${parts.slice(1).join("\n")} } }`;
  }

  /** A statement without blocks; `to` is its `;` or behind its last token. */
  #simple(from: number, to: number): string {
    const { tokens } = this.#parts;
    const own = textBetween(this.#parts, from, to);
    const texts = this.#textsOf(from, to);
    if (texts.size === 0) return `${own};`;
    const keyword = tokens[from]!.text;
    if (keyword === "let" || keyword === "var") return this.#declaration(own, texts);
    if (["const", "break", "continue"].includes(keyword)) {
      for (const variant of texts.keys()) this.#refused.add(variant);
      return `${own};`;
    }
    const statement = (text: string) => (text.trim() === "" ? "" : `${this.#eager(text)};`);
    return chosenOf(mapValues(texts, statement), statement(own));
  }

  /** A value that varies: the variable gets another one at once. */
  #declaration(own: string, texts: ReadonlyMap<number, string>): string {
    const split = (text: string) => /^(let|var)\s+(\w+)\s*(:[^=]*)?=([^=][\s\S]*)$/.exec(text.trim());
    const found = split(own);
    const [, , name, type = "", value = ""] = found ?? [];
    const others = new Map<number, string>();
    for (const [variant, text] of texts) {
      const other = split(text);
      if (other !== null && found !== null && other[2] === name && !/^\s*&/.test(value)) {
        others.set(variant, `${name} = ${this.#eager(other[4]!.trim())};`);
      } else {
        this.#refused.add(variant);
      }
    }
    if (others.size === 0) return `${own};`;
    return `var ${name} ${type} = ${this.#eager(value.trim())}; ${chosenOf(others)}`;
  }

  /** With `&` and `|` in place of `&&` and `||`, unless functions of the module or atomics may act in between. */
  #eager(text: string): string {
    const acts = (name: string) => name.startsWith("atomic") || this.#functions.has(name);
    return eagerLogic(text, acts);
  }

  /** The text between two tokens in each variant that changes it. */
  #textsOf(from: number, to: number, isPlaced = true): Map<number, string> {
    const { tokens, code } = this.#parts;
    if (from >= to) return new Map();
    const [start, end] = [tokens[from]!.start, tokens[to - 1]!.end];
    // A removed statement takes its `;` along.
    const inside = this.#edits.filter(
      ({ edit }) => edit.start >= start && edit.end <= Math.max(end, tokens[to]?.text === ";" ? tokens[to]!.end : end),
    );
    const texts = new Map<number, string>();
    for (const variant of new Set(inside.map((placed) => placed.variant))) {
      const own = inside.filter((placed) => placed.variant === variant);
      if (own.some(({ edit }) => edit.start === edit.end && edit.start > end)) continue;
      let text = "";
      let at = start;
      for (const placed of own.sort((a, b) => a.edit.start - b.edit.start)) {
        text += code.slice(at, placed.edit.start) + placed.edit.text;
        at = placed.edit.end;
        placed.isPlaced ||= isPlaced;
      }
      texts.set(variant, at >= end ? text : text + code.slice(at, end));
    }
    return texts;
  }
}

/**
 * The code of the variant that is chosen. Not by a `switch`: in loops, a driver's time to compile grows exponentially
 * with their number, and that of `&&` and `||`, but not with that of `if`.
 */
function chosenOf(variants: ReadonlyMap<number, string>, own?: string): string {
  const chain = [...variants].map(([variant, text]) => `if (${CHOSEN} == ${variant}u) { ${text} }`);
  return [...chain, ...(own === undefined ? [] : [`{ ${own} }`])].join(" else ");
}

function mapValues(texts: ReadonlyMap<number, string>, change: (text: string) => string): Map<number, string> {
  return new Map([...texts].map(([variant, text]) => [variant, change(text)]));
}

function semicolonsIn(tokens: ModuleParts["tokens"], from: number, to: number): number[] {
  return [...tokens.keys()].slice(from, to).filter((at) => tokens[at]!.text === ";");
}
