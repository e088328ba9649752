import { wholeNumber } from "../../wgsl/lexer.ts";
import { replace } from "../edit.ts";
import { insertion, type ModuleParts, type ModuleVariable, textBetween } from "../module-parts.ts";
import type { FindRepairs, Repair } from "./repair.ts";

/** A variable of the workgroup for each invocation instead. */
export const privateRepairs: FindRepairs = ({ tokens, variables }) =>
  variables
    .filter(({ space }) => space === "workgroup")
    .map(
      ({ name, at }): Repair => ({
        kind: "private",
        edits: [
          replace(
            {
              start: tokens[at]!.start,
              end: tokens[at + 1]!.partner === undefined ? tokens[at]!.end : tokens[tokens[at + 1]!.partner!]!.end,
            },
            "var<private>",
            "",
          ),
        ],
        at: tokens[at]!.start,
        cause: `all invocations of a workgroup share \`${name}\`: each needs its own, as a \`var\` of the function`,
      }),
    );

/** Larger arrays. */
export const arraySizeRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  const repairs: Repair[] = [];
  for (const [at, { text, isTemplate, partner }] of tokens.entries()) {
    if (text !== "<" || !isTemplate || tokens[at - 1]!.text !== "array") continue;
    const end = partner!;
    const comma = tokens.findIndex((token, index) => index > at && index < end && token.text === ",");
    if (comma < 0) continue;
    const size = tokens[comma + 1]!;
    const count = comma + 2 === end ? sizeOf(parts, size.text) : undefined;
    if (count === undefined) continue;
    const name = arrayName(parts, at);
    for (const larger of [4 * count]) {
      repairs.push({
        kind: "array-size",
        edits: [replace({ start: size.start, end: tokens[end]!.start }, `${larger}`, "")],
        at: size.start,
        cause: `${name} has room for ${count} elements, but the kernel uses more`,
      });
    }
  }
  return repairs;
};

function sizeOf({ tokens }: ModuleParts, text: string): number | undefined {
  const number = wholeNumber(text);
  if (number !== undefined) return number;
  const at = tokens.findIndex((token, index) => token.text === "const" && tokens[index + 1]?.text === text);
  if (at < 0) return undefined;
  const value = tokens.findIndex((token, index) => index > at && token.text === "=") + 1;
  return tokens[value + 1]?.text === ";" ? wholeNumber(tokens[value]!.text) : undefined;
}

/** The variable whose type an `array<` is in. */
function arrayName({ tokens }: ModuleParts, at: number): string {
  for (let before = at - 1; before >= 0 && ![";", "{", "}"].includes(tokens[before]!.text); before--) {
    if (tokens[before]!.text === ":") return `\`${tokens[before - 1]!.text}\``;
  }
  return "the array";
}

/**
 * Updates of a variable that several invocations may make at once, as atomic ones: `v += e` repeats until no other
 * invocation has changed `v` in between.
 */
export const atomicRepairs: FindRepairs = (parts) =>
  parts.variables
    .filter(({ space, isWritable }) => isWritable && (space === "workgroup" || space === "storage"))
    .flatMap((variable) => atomically(parts, variable) ?? []);

function atomically(parts: ModuleParts, { name, type, at: declared }: ModuleVariable): Repair | undefined {
  const { tokens } = parts;
  const typeText = textBetween(parts, type.from, type.to);
  const element = /^(?:array<)?(f32|u32|i32)\b/.exec(typeText)?.[1];
  if (element === undefined) return undefined;
  const edits = [
    replace(
      { start: tokens[type.from]!.start, end: tokens[type.to - 1]!.end },
      typeText.replace(element, "atomic<u32>"),
      "",
    ),
  ];
  let firstUpdate: number | undefined;
  for (const [at, token] of tokens.entries()) {
    if (token.text !== name || at < declared + 8 || tokens[at - 1]!.text === "." || tokens[at - 1]!.text === "&")
      continue;
    const last = tokens[at + 1]?.text === "[" ? tokens[at + 1]!.partner! : at;
    const operator = tokens[last + 1]!.text;
    const isStatement = [";", "{", "}"].includes(tokens[at - 1]!.text);
    if (!isStatement || !/^[-+*|&^]?=$/.test(operator)) {
      edits.push(insertion(token.start, `bitcast<${element}>(atomicLoad(&`), insertion(tokens[last]!.end, "))"));
      continue;
    }
    const end = tokens.findIndex(({ text }, index) => index > last && text === ";");
    if (operator === "=") {
      edits.push(
        insertion(token.start, "atomicStore(&"),
        replace(tokens[last + 1]!, `, bitcast<u32>(${element}(`, ""),
        insertion(tokens[end]!.start, "))) "),
      );
      continue;
    }
    firstUpdate ??= token.start;
    const target = textBetween(parts, at, last + 1);
    const atLeast = `loop { let kernelmark_old = atomicLoad(&${target}); if (atomicCompareExchangeWeak(&${target}, kernelmark_old, bitcast<u32>(bitcast<${element}>(kernelmark_old) ${operator[0]} (`;
    edits.push(
      replace({ start: token.start, end: tokens[last + 1]!.end }, atLeast, ""),
      replace(tokens[end]!, "))).exchanged) { break; } }", ""),
    );
  }
  if (firstUpdate === undefined) return undefined;
  return {
    kind: "atomic",
    edits,
    at: firstUpdate,
    cause: `several invocations update \`${name}\` at once, and lose each other's updates: add up in each invocation, then combine them with barriers or atomics`,
  };
}
