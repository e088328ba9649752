import { type Edit, replace } from "../mutation/edit.ts";
import { functionsOf, insertion, withAll } from "../mutation/module-parts.ts";
import { type Token, tokenize } from "../mutation/wgsl-tokens.ts";
import { positionAt } from "../text/position.ts";
import { type ArrayVariable, arrayVariables, chainOf, type TypeReader, Uncountable } from "./access-chains.ts";

/** A place in a kernel that accesses an element of an array. */
export interface Site {
  readonly variable: ArrayVariable;
  readonly line: number;
  readonly isRead: boolean;
  readonly isWrite: boolean;
  /** The bytes of an access. */
  readonly bytes: number;
  /** Whether the index alone says which element it is: not in an array of arrays. */
  readonly isFlat: boolean;
}

export interface Instrumented {
  readonly code: string;
  readonly sites: readonly Site[];
}

/** Lanes of the first workgroup whose first indices are noted: as many as GPUs run in step. */
export const LANES = 32;
const HEAD_WORDS = 2;
/** Neither a site that is not reached, nor an index. */
export const NOTHING = 0xffffffff;

/** The words that an instrumented kernel writes: barriers, workgroups, then a count and `LANES` indices of each site. */
export function sectionWords(sites: number): number {
  return HEAD_WORDS + sites * (1 + LANES);
}

/**
 * Adds counters to a kernel, which compute nothing else: each index `x[i]` becomes `x[count_3(u32(i))]`, which counts and
 * returns the index. Private counters are added up at the end of each invocation.
 *
 * @param binding of the counters in group 0
 * @param base the first word of this kernel's section
 * @throws Uncountable
 */
export function instrument(
  code: string,
  entryPoint: string | undefined,
  { binding, base }: { readonly binding: number; readonly base: number },
): Instrumented {
  if (code.includes("km_")) throw new Uncountable("it uses names that begin with `km_`");
  let tokens: Token[];
  try {
    tokens = tokenize(code);
  } catch {
    throw new Uncountable("its brackets were not understood");
  }
  const { variables, types } = arrayVariables(tokens);
  const edits: Edit[] = [];
  const sites: Site[] = [];
  for (const at of functionsOf(tokens).flatMap(({ body }) => range(body.from, body.to))) {
    const token = tokens[at]!;
    if (token.kind !== "name") continue;
    if (/^(workgroup|storage)Barrier$/.test(token.text)) edits.push(replace(token, `km_${token.text}`, ""));
    const variable = variables.get(token.text);
    if (variable === undefined || tokens[at - 1]?.text === ".") continue;
    const site = siteAt(tokens, at, variable, types, code);
    if (site === undefined) continue;
    const [open, close] = [tokens[site.open]!, tokens[tokens[site.open]!.partner!]!];
    edits.push(insertion(open.end, `km_at_${sites.length}(u32(`), insertion(close.start, "))"));
    sites.push(site);
  }
  const entry = entryEdits(tokens, entryPoint, types);
  const text = withAll(code, [...edits, ...entry.edits]);
  return { code: `${text}\n${countersCode(sites, binding, base)}\n${entry.wrapper}`, sites };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Undefined if no element is accessed: `arrayLength(&x)`. */
function siteAt(
  tokens: readonly Token[],
  at: number,
  variable: ArrayVariable,
  types: TypeReader,
  code: string,
): (Site & { readonly open: number }) | undefined {
  const isAddress = tokens[at - 1]?.text === "&" && tokens[at - 2]?.text === "(";
  const builtin = isAddress ? (tokens[at - 3]?.text ?? "") : "";
  if (builtin === "arrayLength") return undefined;
  const isAtomic = builtin.startsWith("atomic");
  if (tokens[at - 1]?.text === "&" && !isAtomic && builtin !== "workgroupUniformLoad" && isPointer(tokens, at)) {
    throw new Uncountable(`it takes a pointer to \`${variable.name}\``);
  }
  const { open, end, bytes, indices } = chainOf(tokens, at, variable, types);
  if (open === undefined) throw new Uncountable(`it uses \`${variable.name}\` as a whole`);
  const next = tokens[end]?.text ?? "";
  const isCompound = /^([-+*/%&|^]|<<|>>)=$|^(\+\+|--)$/.test(next);
  const isAssigned = next === "=" || isCompound;
  const { line } = positionAt(code, tokens[at]!.start);
  return {
    ...{ variable, line, open, bytes, isFlat: indices === 1 },
    isRead: isAtomic ? builtin !== "atomicStore" : !isAssigned || isCompound,
    isWrite: isAtomic ? builtin !== "atomicLoad" : isAssigned,
  };
}

/** A `&` before a name is a bitwise and if a value ends before it. */
function isPointer(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 2];
  return before === undefined || !(before.kind !== "symbol" || before.text === ")" || before.text === "]");
}

/** The counters, their functions, and `km_flush`. */
function countersCode(sites: readonly Site[], binding: number, base: number): string {
  const all = sites.map((_, site) => site);
  const firsts = base + HEAD_WORDS + sites.length;
  return [
    `@group(0) @binding(${binding}) var<storage, read_write> km_out: array<atomic<u32>>;`,
    "var<private> km_barriers: u32;",
    ...["workgroup", "storage"].map((one) => `fn km_${one}Barrier() { km_barriers += 1u; ${one}Barrier(); }`),
    ...all.map(
      (site) =>
        `var<private> km_n_${site}: u32; var<private> km_first_${site}: u32;
fn km_at_${site}(i: u32) -> u32 { km_first_${site} = select(km_first_${site}, i, km_n_${site} == 0u); km_n_${site} += 1u; return i; }`,
    ),
    "fn km_flush(lane: u32, group: vec3<u32>) {",
    `  if (lane == 0u) { atomicAdd(&km_out[${base}u], km_barriers); atomicAdd(&km_out[${base + 1}u], 1u); }`,
    ...all.map(
      (site) => `  if (km_n_${site} > 0u) { atomicAdd(&km_out[${base + HEAD_WORDS + site}u], km_n_${site}); }`,
    ),
    `  if (lane < ${LANES}u && all(group == vec3<u32>())) {`,
    ...all.map(
      (site) =>
        `    atomicStore(&km_out[${firsts + site * LANES}u + lane], select(${NOTHING}u, km_first_${site}, km_n_${site} > 0u));`,
    ),
    "  }",
    "}",
  ].join("\n");
}

interface Entry {
  readonly edits: readonly Edit[];
  readonly wrapper: string;
}

/** The entry point becomes a function that a new entry point of its name calls, so that all its ways out lead to the end. */
function entryEdits(tokens: readonly Token[], entryPoint: string | undefined, types: TypeReader): Entry {
  const at = tokens.findIndex(
    ({ text }, index) =>
      text === "fn" &&
      (entryPoint === undefined ? attributesBefore(tokens, index).isCompute : tokens[index + 1]?.text === entryPoint),
  );
  if (at < 0) throw new Uncountable("its entry point was not found");
  const { from } = attributesBefore(tokens, at);
  const name = tokens[at + 1]!;
  const open = at + 2;
  const close = tokens[open]!.partner!;
  const text = (first: number, last: number) =>
    tokens
      .slice(first, last)
      .map((token) => token.text)
      .join(" ");
  const params = parametersOf(tokens, open, close, types);
  const builtins = new Map(params.flatMap(({ builtins: own }) => own));
  const extra = ["local_invocation_index", "workgroup_id"].filter((builtin) => !builtins.has(builtin));
  const own = extra.map((builtin) => {
    builtins.set(builtin, `km_${builtin}`);
    return `@builtin(${builtin}) km_${builtin}: ${builtin === "workgroup_id" ? "vec3<u32>" : "u32"}`;
  });
  const list = [text(open + 1, close).replace(/,\s*$/, ""), ...own].filter((one) => one !== "").join(", ");
  const call = `km_entry(${params.map((param) => param.name).join(", ")});`;
  const flush = `km_flush(${builtins.get("local_invocation_index")}, ${builtins.get("workgroup_id")});`;
  return {
    edits: [
      ...(from < at ? [replace({ start: tokens[from]!.start, end: tokens[at]!.start }, "", "")] : []),
      replace(name, "km_entry", ""),
      ...params.flatMap((param) => param.attributes.map((span) => replace(span, "", ""))),
    ],
    wrapper: `${text(from, at)} fn ${name.text}(${list}) { ${call} ${flush} }`,
  };
}

/** The attributes in front of a `fn`. */
function attributesBefore(tokens: readonly Token[], fn: number): { from: number; isCompute: boolean } {
  let from = fn;
  let isCompute = false;
  for (;;) {
    const last = tokens[from - 1];
    const name = last?.text === ")" ? last.partner! - 1 : from - 1;
    if (tokens[name - 1]?.text !== "@") return { from, isCompute };
    isCompute ||= tokens[name]?.text === "compute";
    from = name - 1;
  }
}

interface Parameter {
  readonly name: string;
  /** Spans of its attributes in the source. */
  readonly attributes: readonly { readonly start: number; readonly end: number }[];
  /** Builtins with the expressions that hold them. */
  readonly builtins: readonly (readonly [builtin: string, expression: string])[];
}

function parametersOf(tokens: readonly Token[], open: number, close: number, types: TypeReader): Parameter[] {
  const params: Parameter[] = [];
  let at = open + 1;
  while (at < close) {
    const attributes: { start: number; end: number }[] = [];
    const builtins: string[] = [];
    while (tokens[at]!.text === "@") {
      const hasArguments = tokens[at + 2]?.text === "(";
      const end = hasArguments ? tokens[at + 2]!.partner! : at + 1;
      attributes.push({ start: tokens[at]!.start, end: tokens[end]!.end });
      if (tokens[at + 1]!.text === "builtin") builtins.push(tokens[at + 3]!.text);
      at = end + 1;
    }
    const name = tokens[at]!.text;
    const type = tokens[at + 2]!.text;
    const inStruct = types.builtinsOf(type).map(([builtin, member]) => [builtin, `${name}.${member}`] as const);
    params.push({ name, attributes, builtins: [...builtins.map((one) => [one, name] as const), ...inStruct] });
    while (at < close && tokens[at]!.text !== ",") {
      const { partner } = tokens[at]!;
      at = partner !== undefined && partner > at ? partner + 1 : at + 1;
    }
    at++;
  }
  return params;
}
