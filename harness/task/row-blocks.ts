import { constantsOf, spread } from "./one-pass.ts";
import type { PlanFunction } from "./plan.ts";

/** Few, so that a row more or less per core matters little. */
const WORKGROUP_SIZE = 16;

/**
 * The plan of a kernel for software adapters in which one invocation of a workgroup of 16 takes a row of the axis `rows`.
 * Its code is completed by `withRowBlocks`.
 *
 * @param columns the axes that rows of tensors read in blocks have
 */
export function invocationPerRow<K extends string, P extends string>(
  code: string,
  { rows, columns }: { readonly rows: K; readonly columns: readonly K[] },
  bindings: readonly string[],
): PlanFunction<K, P> {
  const [any, whole] = [withRowBlocks(code), withRowBlocks(code, { areWhole: true })];
  const block = /_block\(/.test(code) ? 16 : 4;
  return ({ shape, params, device }) => {
    const areWhole = columns.every((axis) => shape[axis] % block === 0);
    const workgroups = spread(Math.ceil(shape[rows] / WORKGROUP_SIZE), device);
    return {
      passes: [{ code: areWhole ? whole : any, constants: constantsOf(shape, params), bindings, workgroups }],
    };
  };
}

/**
 * Completes WGSL for software adapters in which one invocation takes a whole row: appends the functions that it calls to
 * read and write 16 neighbouring elements of a tensor, `x_block(at)` and `set_y_block(at, block)`, four of them, `x_four(at)` and
 * `set_y_four(at, four)`, or one, `x_at(at)` and `set_y_at(at, value)`, and those of such a block. Software adapters do not
 * unroll loops, and step through a row of blocks faster than through one of elements; an online softmax also rescales its
 * sum only once a block. Where little is computed, fours are faster on lavapipe. A row's last elements need loops of their
 * own, which start at `rest`, such as `end - COLS % 16`.
 *
 * @param areWhole if all rows are whole blocks, or whole fours where code reads no blocks: these tensors become arrays of
 *   vec4f, whose loads cost less, `rest` becomes the row's end, and the loops from there on are left out
 */
export function withRowBlocks(code: string, { areWhole = false } = {}): string {
  const main = areWhole
    ? code.replace(/ - \w+ % \d+;/g, ";").replace(/^( *)for \(var \w+ = \w*rest;[\s\S]*?\n\1}\n/gm, "")
    : code;
  const functions = new Map<string, string>();
  const tensors = new Set<string>();
  const addCallees = (text: string) => {
    for (const [, name] of text.matchAll(/\b(\w+)\(/g)) {
      const [, tensor, access] = /^(?:set_)?(\w+)_(block|four|at)$/.exec(name!) ?? [];
      const body = tensor ? accessTo(tensor, name!.startsWith("set_"), access as Access, areWhole) : OF_BLOCKS[name!];
      if (body === undefined || functions.has(name!)) continue;
      if (tensor) tensors.add(tensor);
      functions.set(name!, body);
      addCallees(body);
    }
  };
  addCallees(main);
  const declared = main.replace(/(> (\w+): array<)f32>/g, (declaration, start, tensor) =>
    areWhole && tensors.has(tensor) ? `${start}vec4f>` : declaration,
  );
  return [declared, ...functions.values()].join("\n");
}

const ELEMENTS = ["at", "at + 1", "at + 2", "at + 3"];
const FOURS = ["at", "at + 4", "at + 8", "at + 12"];

type Access = "block" | "four" | "at";

function accessTo(tensor: string, isSetter: boolean, access: Access, ofVectors: boolean): string {
  const { type, get, set } = {
    block: {
      type: "mat4x4f",
      get: `mat4x4f(${FOURS.map((at) => `${tensor}_four(${at})`).join(", ")})`,
      set: FOURS.map((at, i) => `set_${tensor}_four(${at}, value[${i}]);`),
    },
    four: {
      type: "vec4f",
      get: ofVectors ? `${tensor}[at / 4]` : `vec4f(${ELEMENTS.map((at) => `${tensor}[${at}]`).join(", ")})`,
      set: ofVectors ? [`${tensor}[at / 4] = value;`] : ELEMENTS.map((at, i) => `${tensor}[${at}] = value[${i}];`),
    },
    at: {
      type: "f32",
      get: ofVectors ? `${tensor}[at / 4][at % 4]` : `${tensor}[at]`,
      set: [ofVectors ? `${tensor}[at / 4][at % 4] = value;` : `${tensor}[at] = value;`],
    },
  }[access];
  return isSetter
    ? `fn set_${tensor}_${access}(at: u32, value: ${type}) {\n${set.map((line) => `  ${line}\n`).join("")}}\n`
    : `fn ${tensor}_${access}(at: u32) -> ${type} {\n  return ${get};\n}\n`;
}

const OF_BLOCKS: Readonly<Record<string, string>> = {
  largest: `fn largest(block: mat4x4f) -> f32 {
  let four = max(max(block[0], block[1]), max(block[2], block[3]));
  return max(max(four.x, four.y), max(four.z, four.w));
}
`,
  total: `fn total(block: mat4x4f) -> f32 {
  let four = (block[0] + block[1]) + (block[2] + block[3]);
  return (four.x + four.y) + (four.z + four.w);
}
`,
  less: `fn less(block: mat4x4f, value: f32) -> mat4x4f {
  return mat4x4f(block[0] - value, block[1] - value, block[2] - value, block[3] - value);
}
`,
  exponentials: `fn exponentials(block: mat4x4f) -> mat4x4f {
  return mat4x4f(exp(block[0]), exp(block[1]), exp(block[2]), exp(block[3]));
}
`,
  products: `fn products(a: mat4x4f, b: mat4x4f) -> mat4x4f {
  return mat4x4f(a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]);
}
`,
};
