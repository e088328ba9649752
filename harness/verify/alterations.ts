import { find } from "../mutation/edit.ts";
import { type Token, tokenize } from "../mutation/wgsl-tokens.ts";

/** An entry point: its workgroup size, its parameters, and where its body begins. */
export interface EntryPoint {
  readonly name: string;
  /** The attribute's arguments, as written. */
  readonly size: readonly string[];
  readonly parameters: readonly BuiltinParameter[];
  /** Indices of the brackets around its body. */
  readonly body: { readonly from: number; readonly to: number };
}

export interface BuiltinParameter {
  /** Of `@builtin(…)`; undefined for a structure of them. */
  readonly builtin: string | undefined;
  readonly name: Token;
}

/** The entry points of a module. */
export function entryPoints(code: string, tokens: readonly Token[]): EntryPoint[] {
  const found: EntryPoint[] = [];
  let size: string[] | undefined;
  for (const [at, { text }] of tokens.entries()) {
    if (text === "workgroup_size" && tokens[at - 1]?.text === "@") {
      size = split(tokens, at + 1).map(({ from, to }) => code.slice(tokens[from]!.start, tokens[to - 1]!.end));
    }
    if (text !== "fn") continue;
    const opening = at + 2;
    const from = find(tokens, tokens[opening]!.partner!, "{");
    if (size !== undefined) {
      const parameters = split(tokens, opening).map((range) => parameterIn(tokens, range));
      found.push({ name: tokens[at + 1]!.text, size, parameters, body: { from, to: tokens[from]!.partner! } });
    }
    size = undefined;
  }
  return found;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The parts between the commas of a bracket. */
function split(tokens: readonly Token[], opening: number): Range[] {
  const closing = tokens[opening]!.partner!;
  const parts: Range[] = [];
  let from = opening + 1;
  for (let at = from; at <= closing; at++) {
    const { text, partner } = tokens[at]!;
    if (at === closing || text === ",") {
      if (at > from) parts.push({ from, to: at });
      from = at + 1;
    } else if (partner !== undefined && partner > at) at = partner;
  }
  return parts;
}

function parameterIn(tokens: readonly Token[], { from, to }: Range): BuiltinParameter {
  const name = tokens[find(tokens, from, ":") - 1]!;
  const at = tokens.findIndex(({ text }, index) => index >= from && index < to && text === "builtin");
  return { builtin: at < 0 ? undefined : tokens[at + 2]!.text, name };
}

/** A numbering of the invocations of a workgroup: an expression of `i`, their usual number, and their number `n`. */
export type LaneOrder = (i: string, n: string) => string;

export const LANE_ORDERS: Readonly<Record<"reversed" | "scattered", LaneOrder>> = {
  reversed: (i, n) => `${n} - 1u - ${i}`,
  // 29 is coprime to sizes in use. Of neighbours that a driver runs in lockstep, no two are neighbours afterwards.
  scattered: (i, n) => `select(${i}, (${i} * 29u) % (${n}), (${n}) % 29u != 0u)`,
};

const LANE_BUILTINS = ["local_invocation_index", "local_invocation_id", "global_invocation_id"];

/**
 * Numbers the invocations of each workgroup in another order. WGSL leaves open in which order they run, and adapters
 * run them in that of their numbers: a correct kernel gives the same results with any numbering.
 *
 * @returns undefined if a numbering may matter, as with subgroups
 */
export function withLaneOrder(code: string, order: LaneOrder): string | undefined {
  const tokens = tokenize(code);
  if (tokens.some(({ text }) => text.startsWith("subgroup"))) return undefined;
  const inserted: { readonly at: number; readonly until: number; readonly text: string }[] = [];
  for (const { size, parameters, body } of entryPoints(code, tokens)) {
    if (parameters.some(({ builtin }) => builtin === undefined)) return undefined;
    const own = parameters.filter(({ builtin }) => LANE_BUILTINS.includes(builtin!));
    if (own.length === 0) continue;
    const [x, y = "1", z = "1"] = size;
    for (const { name } of own) inserted.push({ at: name.start, until: name.end, text: `usual_${name.text}` });
    const start = tokens[body.from]!.end;
    inserted.push({ at: start, until: start, text: renumbering(own, `vec3u(u32(${x}), u32(${y}), u32(${z}))`, order) });
  }
  return inserted
    .sort((one, other) => other.at - one.at)
    .reduce((text, { at, until, text: other }) => text.slice(0, at) + other + text.slice(until), code);
}

function renumbering(parameters: readonly BuiltinParameter[], size: string, order: LaneOrder): string {
  const { builtin, name } = parameters[0]!;
  const usual = `usual_${name.text}`;
  const local = builtin === "local_invocation_id" ? usual : `(${usual} % lane_size)`;
  const index =
    builtin === "local_invocation_index"
      ? usual
      : `(${local}.x + lane_size.x * (${local}.y + lane_size.y * ${local}.z))`;
  const lines = [
    `let lane_size = ${size};`,
    `let lane_place = ${order(index, "lane_size.x * lane_size.y * lane_size.z")};`,
    "let lane_local = vec3u(lane_place, lane_place / lane_size.x, lane_place / (lane_size.x * lane_size.y)) % lane_size;",
    ...parameters.map((parameter) => {
      const own = parameter.name.text;
      switch (parameter.builtin) {
        case "local_invocation_index":
          return `let ${own} = lane_place;`;
        case "local_invocation_id":
          return `let ${own} = lane_local;`;
        default:
          return `let ${own} = usual_${own} - usual_${own} % lane_size + lane_local;`;
      }
    }),
  ];
  return ` ${lines.join(" ")}`;
}

/** Elements behind each array in workgroup memory. */
const PADDING = 8;

/**
 * Puts zeros behind every array in workgroup memory. Adapters move an index out of bounds to the last element, but WGSL
 * also allows zero.
 *
 * @returns undefined if there is no such array
 */
export function withPaddedArrays(code: string): string | undefined {
  const tokens = tokenize(code);
  let padded = code;
  for (const [at, { text }] of [...tokens.entries()].reverse()) {
    if (text !== "workgroup" || tokens[at - 2]?.text !== "var") continue;
    const list = at + 5;
    if (tokens[at + 4]?.text !== "array" || tokens[list]?.partner === undefined) continue;
    const end = tokens[tokens[list]!.partner!]!.start;
    const length = split(tokens, list).at(-1)!;
    const start = tokens[length.from]!.start;
    padded = `${padded.slice(0, start)}(${code.slice(start, end)}) + ${PADDING}${padded.slice(end)}`;
  }
  return padded === code ? undefined : padded;
}
