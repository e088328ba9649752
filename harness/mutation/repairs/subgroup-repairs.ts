import { replace } from "../edit.ts";
import { insertion, type ModuleFunction, type ModuleParts } from "../module-parts.ts";
import { builtinsOf } from "./entry-repairs.ts";
import type { FindRepairs, Repair } from "./repair.ts";

/** Each subgroup function as a loop over the values of a group of lanes: `first` is the group's first lane. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  subgroupAdd: "for (var i = 1u; i < size; i++) { result += values[first + i]; }",
  subgroupMul: "for (var i = 1u; i < size; i++) { result *= values[first + i]; }",
  subgroupMax: "for (var i = 1u; i < size; i++) { result = max(result, values[first + i]); }",
  subgroupMin: "for (var i = 1u; i < size; i++) { result = min(result, values[first + i]); }",
  subgroupInclusiveAdd: "for (var i = 1u; i <= lane - first; i++) { result += values[first + i]; }",
  subgroupExclusiveAdd: "result -= result; for (var i = 0u; i < lane - first; i++) { result += values[first + i]; }",
  subgroupBroadcastFirst: "",
  subgroupBroadcast: "result = values[first + other];",
  subgroupShuffle: "result = values[first + other % size];",
  subgroupShuffleXor: "result = values[first + ((lane - first) ^ other) % size];",
  subgroupShuffleDown: "result = values[min(lane + other, LANES - 1u)];",
  subgroupShuffleUp: "result = values[max(lane, other) - other];",
};

const SIZES = [32, 64, 16, 8];

/**
 * Subgroups of a size that the kernel may assume, imitated in workgroup memory. `WORKGROUP` stands for all lanes of the
 * workgroup.
 */
export const subgroupRepairs: FindRepairs = (parts) => {
  const calls = callsIn(parts);
  const entry = parts.functions.find(({ isEntry }) => isEntry);
  const lanes = lanesOf(parts);
  const [first] = calls;
  if (first === undefined || entry === undefined || lanes === undefined) return [];
  const sizes = [...new Set([lanes, ...SIZES.filter((size) => size < lanes && lanes % size === 0)])];
  return sizes.flatMap((size) =>
    ["f32", "u32"].map(
      (type): Repair => ({
        kind: "subgroup",
        edits: imitated(parts, entry, calls, { size, lanes, type }),
        at: parts.tokens[first]!.start,
        cause:
          size === lanes
            ? `the kernel takes the whole workgroup of ${lanes} for one subgroup, but adapters have subgroups of 4 to 128: combine the subgroups' results in workgroup memory`
            : `the kernel assumes subgroups of ${size}, but adapters have subgroups of 4 to 128: use \`subgroup_size\``,
      }),
    ),
  );
};

function callsIn({ tokens }: ModuleParts): number[] {
  return [...tokens.keys()].filter((at) => Object.hasOwn(FUNCTIONS, tokens[at]!.text) && tokens[at + 1]?.text === "(");
}

/** The invocations of a workgroup, if its size is one number or one constant of one number. */
function lanesOf({ tokens, code }: ModuleParts): number | undefined {
  const at = tokens.findIndex(({ text }, index) => text === "workgroup_size" && tokens[index - 1]?.text === "@");
  if (at < 0) return undefined;
  const inside = tokens.slice(at + 2, tokens[at + 1]!.partner!).filter(({ text }) => text !== ",");
  const sizes = inside.map(({ text }) => {
    const value = new RegExp(`const ${text}(?:: u32)? = (\\d+)u?;`).exec(code)?.[1] ?? text;
    return Number(value.replace(/u$/, ""));
  });
  const product = sizes.reduce((a, b) => a * b, 1);
  return Number.isInteger(product) && product > 1 ? product : undefined;
}

function imitated(
  parts: ModuleParts,
  entry: ModuleFunction,
  calls: readonly number[],
  { size, lanes, type }: { readonly size: number; readonly lanes: number; readonly type: string },
) {
  const { tokens, code } = parts;
  const used = new Set(calls.map((at) => tokens[at]!.text));
  const edits = calls.map((at) => replace(tokens[at]!, `kernelmark_${tokens[at]!.text}`, ""));
  const replaced = builtinsOf(parts, entry).flatMap(({ at, builtin, name }) => {
    const value = { subgroup_size: `${size}u`, subgroup_invocation_id: `kernelmark_lane % ${size}u` }[builtin];
    if (value === undefined) return [];
    // The parameter stays, under another name.
    const own = tokens[tokens[at - 1]!.partner! + 1]!;
    return [replace(own, `${name}_given`, ""), insertion(tokens[entry.body.from - 1]!.end, ` let ${name} = ${value};`)];
  });
  const { from, to } = entry.parameters;
  const separator = to > from && tokens[to - 1]!.text !== "," ? ", " : "";
  // A builtin value may be a parameter only once.
  const given = builtinsOf(parts, entry).find(({ builtin }) => builtin === "local_invocation_index")?.name;
  const parameter = insertion(tokens[to]!.start, `${separator}@builtin(local_invocation_index) kernelmark_index: u32`);
  const functions = [...used].map((name) => {
    const other = /Broadcast$|Shuffle/.test(name) ? ", other: u32" : "";
    return `fn kernelmark_${name}(value: ${type}${other}) -> ${type} {
  let lane = kernelmark_lane;
  let size = ${size}u;
  let first = lane - lane % size;
  kernelmark_values[lane] = value;
  workgroupBarrier();
  var result = kernelmark_values[first];
  ${FUNCTIONS[name]!.replaceAll("values[", "kernelmark_values[").replaceAll("LANES", `${lanes}u`)}
  workgroupBarrier();
  return result;
}`;
  });
  const declarations = `\nvar<private> kernelmark_lane: u32;\nvar<workgroup> kernelmark_values: array<${type}, ${lanes}>;\n${functions.join("\n")}\n`;
  return [
    ...edits,
    ...(given === undefined ? [parameter] : []),
    insertion(tokens[entry.body.from - 1]!.end, ` kernelmark_lane = ${given ?? "kernelmark_index"};`),
    ...replaced,
    insertion(code.length, declarations),
  ];
}
