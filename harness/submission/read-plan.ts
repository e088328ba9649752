import type * as z from "zod/mini";
import { fixedLimits } from "../task/limits.ts";
import { INDIRECT_FIELDS, PASS_FIELDS, planSchema } from "../task/plan-schema.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { isNotData } from "./sandbox-value.ts";

const FIELDS: readonly string[] = [...Object.keys(planSchema.shape), ...PASS_FIELDS, ...INDIRECT_FIELDS];

/** A sentence or two on what is wrong, put into words only if it is shown: a plan may have a hundred thousand mistakes. */
export type Problem = () => string;

/** Reads a value as a plan of at most so many passes, or says what is wrong with its form. */
export function readPlan(value: unknown, mostPasses: number) {
  const count = countValues(value);
  if (count > fixedLimits.planValues) {
    const problem = () =>
      `The plan is made of ${count} numbers, strings and objects, and the most is ${fixedLimits.planValues}. Use fewer passes, with fewer constants and bindings in each.`;
    return { ok: false as const, problems: [problem] };
  }
  const holes = notData(value, []);
  if (holes.length > 0) return { ok: false as const, problems: holes };
  const passes = (value as { readonly passes?: unknown } | null)?.passes;
  if (Array.isArray(passes) && passes.length > mostPasses) {
    const problem = () =>
      `\`passes\` has ${passes.length} passes, and the most is ${mostPasses}. Do more work in each.`;
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

/** A candidate's own text, in quotes, printable and not too long. */
export function quoted(text: string): string {
  return JSON.stringify(printable(shorten(text, LONGEST_QUOTED))).replaceAll("\\\\u{", "\\u{");
}

const NAMES_SHOWN = 12;

/** ` There are "x", "y".`, or the first of them where there are many. */
export function thereAre(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).map(quoted).join(", ");
  return ` There are ${shown}${more > 0 ? ` and ${more} more` : ""}.`;
}

const HOLES: Readonly<Record<string, string>> = {
  NaN: "Check the names in its arithmetic: a name that the shape lacks is undefined, and gives NaN.",
  Infinity: "Check for a division by zero.",
  "-Infinity": "Check for a division by zero.",
  undefined: "Check the spelling of what it was taken from.",
  "a typed array": "Write `Array.from(…)` around it.",
  "a Map": "Use an object.",
  "a Set": "Use an array.",
};

function notData(value: unknown, path: Path): Problem[] {
  if (isNotData(value)) {
    const { notData: what } = value;
    if (path.length === 0 && what === "undefined") {
      return [() => "The plan function returned nothing. End it with `return { passes: [ … ] }`."];
    }
    const mend = Object.hasOwn(HOLES, what)
      ? HOLES[what]
      : "A plan is made of numbers, strings, booleans, arrays and objects.";
    return [() => `${path.length === 0 ? "The plan" : field(...path)} is ${printable(shorten(what, 80))}. ${mend}`];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => notData(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => notData(member, [...path, name]));
}

function sentences(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const where = path.length === 0 ? "a plan" : field(...path);
    return issue.keys.map(
      (key) => () => `${field(...path, key)} is not a field of ${where}.${didYouMean(key, FIELDS, quoted)}`,
    );
  }
  return [() => sentence(issue)];
}

function sentence(issue: z.core.$ZodIssue): string {
  const { path } = issue;
  const where = path.length === 0 ? "The plan" : field(...path);
  if (issue.code === "too_small") return `${where} is empty. ${EXPECTED[String(path.at(-1))] ?? ""}`.trim();
  const expected = path.length === 0 ? ROOT : expectation(path);
  if (issue.input === undefined) return `${where} is missing. ${expected}`;
  return `${where} is ${show(issue.input)}. ${expected}`;
}

const ROOT = "Return an object: `{ passes: [ … ] }`.";

const EXPECTED: Readonly<Record<string, string>> = {
  passes: "It must be an array with an object for each dispatch: `[{ code, bindings, workgroups }]`.",
  pass: "It must be an object: `{ code, bindings, workgroups }`.",
  code: "It must be a string of WGSL, such as an imported `.wgsl` file.",
  entryPoint: "It must be the name of a `@compute` function; leave it out where there is only one.",
  constants: "It must be an object from names of `override` declarations to numbers.",
  constant: "It must be a number.",
  bindings: 'It must be an array of names of tensors and scratch buffers: `["x", "y"]`.',
  binding: "It must be the name of a tensor or of a scratch buffer, as a string.",
  workgroups: "It must be one to three counts, `[x, y, z]`, or `{ indirect: scratchName, offset: bytes }`.",
  scratch: "It must be an object from names to sizes in bytes: `{ sums: 4 * shape.rows }`.",
  size: "It must be a size in bytes.",
  requires: 'It must be an array of names of WebGPU features: `["subgroups"]`.',
  feature: "It must be the name of a WebGPU feature, as a string.",
};

/** What belongs at a path: by the last name in it that is a field's, or as a member of that field. */
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

/** A short text for a value that is not what it should be. */
function show(value: unknown): string {
  if (typeof value === "string") return `the string ${quoted(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `the array ${listing(value)}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

function listing(value: unknown): string {
  return `\`${printable(shorten(JSON.stringify(value), 60))}\``;
}
