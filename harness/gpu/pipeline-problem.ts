import type { Pass } from "../task/plan.ts";
import { capital } from "../text/capital.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { entryPointsIn, overridesIn } from "../wgsl/declarations.ts";

const NAMES_SHOWN = 8;

/** Why a pass has no pipeline. `place` is in the source that Dawn was given, both from 1. */
export interface PipelineProblem {
  readonly message: string;
  readonly place?: { readonly line: number; readonly column: number };
}

/**
 * Explains why a valid module gives no pipeline, in words of the plan.
 *
 * @param message Dawn's, without its trail of internal calls; it is repeated if it is unknown
 */
export function pipelineProblem(message: string, pass: Pass, index: number): PipelineProblem {
  const late = WITH_CONSTANTS.exec(message);
  if (late !== null) return constantsProblem(late, pass, `passes[${index}]`);
  for (const [pattern, explain] of EXPLANATIONS) {
    const match = pattern.exec(message);
    if (match !== null) return { message: explain(match, pass, `passes[${index}]`) };
  }
  return { message: `The pipeline of passes[${index}] cannot be created: ${message}` };
}

type Explain = (match: RegExpExecArray, pass: Pass, place: string) => string;

/** An error that shows only once the constants are known, such as an array of no elements. */
const WITH_CONSTANTS = /while generating [\w-]+\n(?::(\d+):(\d+) )?error: ([^\n]*)/;

function constantsProblem(
  [, line, column, said = ""]: RegExpExecArray,
  { code, constants = {} }: Pass,
  place: string,
): PipelineProblem {
  const declared = overridesIn(code).filter((name) => Object.hasOwn(constants, name));
  const values = list(declared, (name) => `${quoted(name)} = ${constants[name]}`);
  const given = values === "" ? "" : `with ${values}, `;
  const message = capital(`${given}the kernel of ${place} cannot be compiled: ${inWords(said)}.`);
  return { message, ...(line && column && { place: { line: Number(line), column: Number(column) } }) };
}

function inWords(said: string): string {
  const [, at, last] = /^index (-?\d+) out of bounds \[0\.\.(\d+)\]/.exec(said) ?? [];
  if (at !== undefined) return `an index is ${at}, but the array or vector has ${Number(last) + 1} elements`;
  if (/division by zero|'\S+ [/%] 0'/.test(said)) return "it divides by zero";
  const [, element] = /vector element index must be in range \[0, (\d)\]/.exec(said) ?? [];
  if (element !== undefined) return `an index is beyond a vector of ${Number(element) + 1} elements`;
  return said.replace(/\.$/, "");
}

const EXPLANATIONS: readonly (readonly [RegExp, Explain])[] = [
  [/uninitialized pipeline overridable constants, their identifiers:\s*\[([^\]]*)\]/, missingConstants],
  [/constant "+([^"]*)"+ not found/, unknownConstant],
  [
    /constant "+([^"]*)"+ with value \(([^)]*)\) is not representable in type \(([^)]*)\)/,
    (match, _, place) =>
      `\`${place}.constants.${shown(match[1]!)}\` is ${Number(match[2])}, but the kernel declares it as ${match[3]}.`,
  ],
  [/Entry point "+([^"]*)"+ doesn't exist/, unknownEntryPoint],
  [/entry point for stage \(Compute\) doesn't exist/, (_, pass, place) => noEntryPoint(pass, place)],
  [
    /multiple entry points for stage/,
    (_, pass, place) =>
      `The module of ${place} has ${list(entryPointsIn(pass.code))}. Name the one to run: \`entryPoint: "${shown(entryPointsIn(pass.code)[0] ?? "main")}"\`.`,
  ],
  [
    /workgroup_size\(([^)]*)\) that exceeds the maximum allowed \(([^)]*)\)/,
    (match, _, place) =>
      `The kernel of ${place} has @workgroup_size(${match[1]}); a workgroup may have at most (${match[2]}) invocations along x, y and z. Use a smaller one, such as @workgroup_size(64).`,
  ],
  [
    /total number of workgroup invocations \((\d+)\) exceeds the maximum allowed \((\d+)\)/,
    (match, _, place) =>
      `The kernel of ${place} has ${match[1]} invocations in a workgroup; the limit is ${match[2]}. Use a smaller @workgroup_size.`,
  ],
  [
    /total use of workgroup storage \((\d+) bytes\) is larger than the maximum allowed \((\d+) bytes\)/,
    (match, _, place) =>
      `The kernel of ${place} uses ${match[1]} bytes of workgroup memory; the limit is ${match[2]}, which are ${Number(match[2]) / 4} numbers of f32 or u32. Use smaller arrays in \`var<workgroup>\`.`,
  ],
];

function missingConstants([, names = ""]: RegExpExecArray, _: Pass, place: string): string {
  const missing = names.split(",").map((name) => name.trim());
  const are = missing.length === 1 ? "an `override` without a value" : "`override`s without a value";
  return `\`${place}.constants\` lacks ${list(missing)}, which the kernel declares as ${are}. Add ${missing.length === 1 ? "it" : "them"}.`;
}

function unknownConstant([, name = ""]: RegExpExecArray, { code }: Pass, place: string): string {
  const declared = overridesIn(code);
  const fix =
    didYouMean(name, declared, quoted) ||
    (declared.length === 0
      ? ` Declare it in the kernel, such as \`override ${shown(name)}: u32;\`, or remove it.`
      : ` The kernel declares ${list(declared)}.`);
  return `\`${place}.constants\` has ${quoted(name)}, but the kernel has no \`override\` of that name.${fix}`;
}

function unknownEntryPoint([, name = ""]: RegExpExecArray, pass: Pass, place: string): string {
  const known = entryPointsIn(pass.code);
  if (known.length === 0) return noEntryPoint(pass, place);
  const fix = didYouMean(name, known, quoted) || ` The module has ${list(known)}.`;
  return `\`${place}.entryPoint\` is ${quoted(name)}, but the module has no entry point of that name.${fix}`;
}

function noEntryPoint(_: Pass, place: string): string {
  return `The module of ${place} has no entry point. Write \`@compute @workgroup_size(64)\` before the function to run.`;
}

function quoted(name: string): string {
  return `\`${shown(name)}\``;
}

function shown(name: string): string {
  return printable(shorten(name, 80));
}

/** `` `a`, `b` and `c` `` */
function list(names: readonly string[], show = quoted): string {
  const texts = names.slice(0, NAMES_SHOWN).map(show);
  const more = names.length - texts.length;
  if (more > 0) return `${texts.join(", ")} and ${more} more`;
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
