import type * as z from "zod/mini";
import { fixedLimits } from "../task/limits.ts";
import { INDIRECT_FIELDS, PASS_FIELDS, planSchema } from "../task/plan-schema.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { isNotData } from "./sandbox-value.ts";

const FIELDS: readonly string[] = [...Object.keys(planSchema.shape), ...PASS_FIELDS, ...INDIRECT_FIELDS];

/** One or two sentences on a problem, written only if shown: a plan may have a hundred thousand problems. */
export type Problem = () => string;

/** Reads a value as a plan of at most `mostPasses` passes, or lists the problems of its form. */
export function readPlan(value: unknown, mostPasses: number) {
  const count = countValues(value);
  if (count > fixedLimits.planValues) {
    const problem = () =>
      `The plan consists of ${count} numbers, strings and objects; the limit is ${fixedLimits.planValues}. Use fewer passes, with fewer constants and bindings in each.`;
    return { ok: false as const, problems: [problem] };
  }
  const holes = notData(value, []);
  if (holes.length > 0) return { ok: false as const, problems: holes };
  const passes = (value as { readonly passes?: unknown } | null)?.passes;
  if (Array.isArray(passes) && passes.length > mostPasses) {
    const problem = () => `\`passes\` has ${passes.length} passes; the limit is ${mostPasses}. Do more work in each.`;
    return { ok: false as const, problems: [problem] };
  }
  const result = planSchema.safeParse(value, { reportInput: true });
  if (result.success) return { ok: true as const, plan: result.data };
  return { ok: false as const, problems: result.error.issues.flatMap((issue) => sentences(issue)) };
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const member of Object.values(value)) count += countValues(member);
  return count;
}

type Path = readonly PropertyKey[];

/** `passes[0].bindings[1]`, in backticks. */
export function field(...path: PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (isShortName(String(part))) text += `${text === "" ? "" : "."}${String(part)}`;
    else text += `[${quoted(String(part))}]`;
  }
  return `\`${text}\``;
}

const LONGEST_QUOTED = 80;

function isShortName(text: string): boolean {
  return text.length <= LONGEST_QUOTED && /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(text);
}

/** A candidate's text, quoted, printable and shortened. */
export function quoted(text: string): string {
  return JSON.stringify(printable(shorten(text, LONGEST_QUOTED))).replaceAll("\\\\u{", "\\u{");
}

const NAMES_SHOWN = 12;

/** ` Use one of "x", "y".`, or the first of many. */
export function thereAre(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).map(quoted).join(", ");
  return ` Use one of ${shown}${more > 0 ? ` and ${more} more` : ""}.`;
}

const HOLES: Readonly<Record<string, string>> = {
  NaN: "Check the names in its formula: a name that is not in the shape is undefined, which gives NaN.",
  Infinity: "Check for a division by zero.",
  "-Infinity": "Check for a division by zero.",
  undefined: "Check the spelling of the name it is read from.",
  "a typed array": "Write `Array.from(…)` around it.",
  "a Map": "Use an object.",
  "a Set": "Use an array.",
};

function notData(value: unknown, path: Path): Problem[] {
  if (isNotData(value)) {
    const { notData: kind } = value;
    if (path.length === 0 && kind === "undefined") {
      return [() => "The plan function returned nothing. End it with `return { passes: [ … ] }`."];
    }
    const fix = Object.hasOwn(HOLES, kind) ? HOLES[kind] : "Use only numbers, strings, booleans, arrays and objects.";
    return [() => `${path.length === 0 ? "The plan" : field(...path)} is ${printable(shorten(kind, 80))}. ${fix}`];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => notData(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => notData(member, [...path, name]));
}

function sentences(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const owner = path.length === 0 ? "a plan" : field(...path);
    return issue.keys.map(
      (key) => () => `${field(...path, key)} is not a field of ${owner}.${didYouMean(key, FIELDS, quoted)}`,
    );
  }
  return [() => sentence(issue)];
}

function sentence(issue: z.core.$ZodIssue): string {
  const { path } = issue;
  const place = path.length === 0 ? "The plan" : field(...path);
  if (issue.code === "too_small") return `${place} is empty. ${EXPECTED[String(path.at(-1))] ?? ""}`.trim();
  const expected = path.length === 0 ? ROOT : expectation(path);
  if (issue.input === undefined) return `${place} is missing. ${expected}`;
  return `${place} is ${show(issue.input)}. ${expected}`;
}

const ROOT = "Return an object: `{ passes: [ … ] }`.";

const EXPECTED: Readonly<Record<string, string>> = {
  passes: "It must be an array with one object per dispatch: `[{ code, bindings, workgroups }]`.",
  pass: "It must be an object: `{ code, bindings, workgroups }`.",
  code: "It must be a string of WGSL, such as an imported `.wgsl` file.",
  entryPoint: "It must be the name of a `@compute` function; omit it if there is only one.",
  constants: "It must be an object that maps names of `override` declarations to numbers.",
  constant: "It must be a number.",
  bindings: 'It must be an array of tensor and scratch buffer names: `["x", "y"]`.',
  binding: "It must be the name of a tensor or scratch buffer, as a string.",
  workgroups: "It must be one to three counts, `[x, y, z]`, or `{ indirect: scratchName, offset: bytes }`.",
  scratch: "It must be an object that maps names to sizes in bytes: `{ sums: 4 * shape.rows }`.",
  size: "It must be a size in bytes.",
  requires: 'It must be an array of WebGPU feature names: `["subgroups"]`.',
  feature: "It must be the name of a WebGPU feature, as a string.",
};

/** The expected form at a path: of the last field named in it, or of a member of that field. */
function expectation(path: Path): string {
  const [top, , name] = path;
  let key: string;
  if (top === "passes") {
    key = path.length === 1 ? "passes" : path.length === 2 ? "pass" : String(name);
    if (path.length > 3) key = { constants: "constant", bindings: "binding" }[key] ?? key;
  } else {
    key = path.length === 1 ? String(top) : top === "scratch" ? "size" : "feature";
  }
  return EXPECTED[key] ?? "";
}

/** A short description of an unexpected value. */
function show(value: unknown): string {
  if (typeof value === "string") return `the string ${quoted(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `the array ${listing(value)}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

function listing(value: unknown): string {
  return `\`${printable(shorten(JSON.stringify(value), 60))}\``;
}
