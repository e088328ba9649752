import { constantsOf, spread } from "./one-pass.ts";
import type { PlanFunction } from "./plan.ts";

/** Few, so that a row more or less per core matters little. */
const WORKGROUP_SIZE = 16;

/** The plan of a kernel in which one invocation of a workgroup of 16 takes a row of the axis `rows`. */
export function invocationPerRow<K extends string, P extends string>(
  code: string,
  rows: K,
  bindings: readonly string[],
): PlanFunction<K, P> {
  return ({ shape, params, device }) => {
    const workgroups = spread(Math.ceil(shape[rows] / WORKGROUP_SIZE), device);
    return { passes: [{ code, constants: constantsOf(shape, params), bindings, workgroups }] };
  };
}

/**
 * Completes WGSL for software adapters in which one invocation takes a whole row: appends the functions that it calls to
 * read and write 16 neighbouring elements of a tensor, `x_block(at)` and `set_y_block(at, block)`, and those of such a
 * block. Software adapters do not unroll loops, and step through a row of blocks faster than through one of elements; an
 * online softmax also rescales its sum only once a block. A row's last elements, fewer than 16, need a loop of their own.
 */
export function withRowBlocks(code: string): string {
  const places = Array.from({ length: 16 }, (_, i) => (i === 0 ? "at" : `at + ${i}`));
  const calls = new Set(Array.from(code.matchAll(/\b(\w+)\(/g), ([, name]) => name!));
  const functions = [...calls].flatMap((name) => {
    const [, isWriter, tensor] = /^(set_)?(\w+)_block$/.exec(name) ?? [];
    if (tensor === undefined) return OF_BLOCKS[name] ?? [];
    if (isWriter) {
      const lines = places.map((at, i) => `  ${tensor}[${at}] = block[${Math.floor(i / 4)}][${i % 4}];\n`).join("");
      return `fn ${name}(at: u32, block: mat4x4f) {\n${lines}}\n`;
    }
    const elements = places.map((at) => `${tensor}[${at}]`).join(", ");
    return `fn ${name}(at: u32) -> mat4x4f {\n  return mat4x4f(${elements});\n}\n`;
  });
  return [code, ...functions].join("\n");
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
