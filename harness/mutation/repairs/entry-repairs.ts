import { wholeNumber } from "../../wgsl/lexer.ts";
import { replace } from "../edit.ts";
import { allStatements, insertion, type ModuleFunction, type ModuleParts, textBetween } from "../module-parts.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** A parameter of an entry point that has a builtin value. */
interface Builtin {
  /** The token of the builtin's name. */
  readonly at: number;
  readonly builtin: string;
  readonly name: string;
}

export function builtinsOf({ tokens }: ModuleParts, { parameters: { from, to } }: ModuleFunction): Builtin[] {
  const found: Builtin[] = [];
  for (let at = from; at < to; at++) {
    if (tokens[at]!.text !== "builtin" || tokens[at - 1]!.text !== "@") continue;
    const name = tokens[at + 1]!.partner! + 1;
    found.push({ at: at + 2, builtin: tokens[at + 2]!.text, name: tokens[name]!.text });
  }
  return found;
}

/** Builtin values of the same type. */
const ALIKE: readonly (readonly string[])[] = [
  ["global_invocation_id", "local_invocation_id", "workgroup_id", "num_workgroups"],
  ["local_invocation_index", "subgroup_invocation_id", "subgroup_size"],
];

/** Another builtin value of the same type. */
export const builtinRepairs: FindRepairs = (parts) =>
  parts.functions
    .filter(({ isEntry }) => isEntry)
    .flatMap((entry) =>
      builtinsOf(parts, entry).flatMap(({ at, builtin, name }) => {
        const token = parts.tokens[at]!;
        const others = ALIKE.find((group) => group.includes(builtin)) ?? [];
        return others
          .filter((other) => other !== builtin)
          .map(
            (other): Repair => ({
              kind: "builtin",
              edits: [replace(token, other, "")],
              at: token.start,
              cause: `\`${name}\` is the builtin \`${builtin}\`, but should be \`${other}\``,
            }),
          );
      }),
    );

/** `if (index >= SIZE) { return; }` behind the definition of each index that follows from a builtin value. */
export const guardRepairs: FindRepairs = (parts) => {
  const sizes = [...parts.overrides].filter(([, type]) => type === "u32").map(([name]) => name);
  const products = sizes
    .flatMap((one, at) => sizes.slice(at + 1).map((other) => `${one} * ${other}`))
    .filter((product) => parts.code.includes(product));
  const outputs = parts.variables
    .filter(({ space, isWritable }) => space === "storage" && isWritable)
    .map(({ name }) => `arrayLength(&${name})`);
  return parts.functions
    .filter(({ isEntry }) => isEntry)
    .flatMap((entry) =>
      indicesOf(parts, entry).flatMap(({ index, end, at, after }) =>
        [...sizes, ...products, ...outputs].map(
          (size): Repair => ({
            kind: "guard",
            edits: [insertion(end, ` if (${index} >= ${size}) { return; }`)],
            at,
            cause: `surplus invocations are not stopped: \`if (${index} >= ${size}) { return; }\` is missing after ${after}`,
          }),
        ),
      ),
    );
};

const MOST_SIZES = 3;

/** `&& index < SIZE` in a condition, or `|| index >= SIZE` in one that returns: the other axis of a matrix. */
export const conditionRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  const sizes = [...parts.overrides].filter(([, type]) => type === "u32").map(([name]) => name);
  return parts.functions
    .filter(({ isEntry }) => isEntry)
    .flatMap((entry) =>
      allStatements(tokens, entry.body).flatMap(({ from, blocks }) => {
        const [opening] = blocks;
        if (tokens[from]!.text !== "if" || tokens[from + 1]!.text !== "(" || opening === undefined) return [];
        const isReturn = tokens[opening + 1]!.text === "return";
        const condition = { start: tokens[from + 1]!.start, end: tokens[opening - 1]!.end };
        const text = parts.code.slice(condition.start, condition.end);
        const known = indicesOf(parts, entry).filter(({ end }) => end <= condition.start);
        return known
          .filter(({ index }) => !new RegExp(`\\b${index.replace(".", "\\.")}\\b`).test(text))
          .flatMap(({ index }) =>
            sizes.slice(0, MOST_SIZES).map((size): Repair => {
              const added = isReturn ? `|| ${index} >= ${size}` : `&& ${index} < ${size}`;
              return {
                kind: "guard",
                edits: [insertion(condition.start, "("), insertion(condition.end, ` ${added})`)],
                at: condition.start,
                cause: `the condition ${quoted(text)} lacks \`${added}\``,
              };
            }),
          );
      }),
    );
};

/** Names of indices, and the offset behind their definitions. */
function indicesOf(parts: ModuleParts, entry: ModuleFunction) {
  const { tokens } = parts;
  const known = new Set(builtinsOf(parts, entry).map(({ name }) => name));
  const opening = tokens[entry.body.from - 1]!;
  const found: { index: string; end: number; at: number; after: string }[] = [];
  for (const { from, to } of allStatements(tokens, entry.body)) {
    if (tokens[from]!.text !== "let" || tokens[from + 2]?.text !== "=") continue;
    if (!tokens.slice(from + 3, to).some(({ text }) => known.has(text))) continue;
    known.add(tokens[from + 1]!.text);
    found.push({
      index: tokens[from + 1]!.text,
      end: tokens[to - 1]!.end,
      at: tokens[from]!.start,
      after: quoted(textBetween(parts, from, to)),
    });
  }
  const direct = builtinsOf(parts, entry).flatMap(({ builtin, name }) => {
    const index = builtin === "global_invocation_id" ? `${name}.x` : name;
    return ["global_invocation_id", "local_invocation_index"].includes(builtin)
      ? [{ index, end: opening.end, at: opening.start, after: `\`fn ${entry.name}(…) {\`` }]
      : [];
  });
  return [...found.slice(0, MOST_INDICES), ...direct];
}

const MOST_INDICES = 3;

/** Other sizes of workgroups in x, if the size is a number: a constant is used elsewhere too. */
export const workgroupSizeRepairs: FindRepairs = ({ tokens, variables }) => {
  // Without memory or subgroups in common, only the plan's counts depend on it.
  const isShared =
    variables.some(({ space }) => space === "workgroup") || tokens.some(({ text }) => text.startsWith("subgroup"));
  if (!isShared) return [];
  return tokens.flatMap(({ text }, at): Repair[] => {
    const number = tokens[at + 2];
    const size = text === "workgroup_size" && tokens[at - 1]?.text === "@" ? wholeNumber(number!.text) : undefined;
    if (size === undefined) return [];
    return WORKGROUP_SIZES.filter((other) => other !== size).map((other) => ({
      kind: "workgroup-size",
      edits: [replace(number!, String(other), "")],
      at: number!.start,
      cause: `the workgroup has ${size} invocations, but the kernel counts on ${other}`,
    }));
  });
};

const WORKGROUP_SIZES = [32, 64, 128, 256, 16, 8];
