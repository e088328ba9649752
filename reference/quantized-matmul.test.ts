import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluate, type Oracle, type Tensors } from "./oracle.ts";
import { matmulInt4, matmulInt8, matmulNf4, NF4 } from "./quantized-matmul.ts";

interface GoldenFile {
  readonly shape: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, number[]>>;
  readonly outputs: { readonly out: number[] };
}

const PACKED = new Set(["w", "b", "zeros", "absmax"]);

function tensors(task: string, inputs: GoldenFile["inputs"]): Tensors {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => {
      const packed = PACKED.has(name) || (name === "a" && task === "matmul-int8");
      return [name, packed ? Uint32Array.from(values) : Float32Array.from(values)];
    }),
  );
}

const oracles: Readonly<Record<string, Oracle>> = {
  "matmul-int8": matmulInt8,
  "matmul-int4": matmulInt4,
  "matmul-nf4": matmulNf4 as Oracle,
};

describe.each(Object.keys(oracles))("the oracle of %s", (task) => {
  it.each([0, 1])("agrees with NumPy on golden file %i", (index) => {
    const golden = JSON.parse(readFileSync(`reference/golden/${task}-${index}.json`, "utf8")) as GoldenFile;
    const { shape, outputs } = golden;
    const problem = { shape, params: {}, inputs: tensors(task, golden.inputs) };
    const { out } = evaluate(oracles[task]!, problem, { out: outputs.out.length });
    for (const [index, expected] of outputs.out.entries()) {
      expect(Math.abs(out!.expected[index]! - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
      expect(out!.bound[index]! / Math.abs(expected)).toBeLessThan(1e-2);
    }
  });

  it("evaluates chosen elements the same as all of them", () => {
    const golden = JSON.parse(readFileSync(`reference/golden/${task}-0.json`, "utf8")) as GoldenFile;
    const problem = { shape: golden.shape, params: {}, inputs: tensors(task, golden.inputs) };
    const sizes = { out: golden.outputs.out.length };
    const all = evaluate(oracles[task]!, problem, sizes).out!;
    const chosen = evaluate(oracles[task]!, problem, sizes, [5, 2]).out!;
    expect([...chosen.expected]).toEqual([all.expected[5], all.expected[2]]);
    expect([...chosen.bound]).toEqual([all.bound[5], all.bound[2]]);
  });
});

it("has an NF4 code book of f32 values", () => {
  expect(NF4.map(Math.fround)).toEqual(NF4);
});
