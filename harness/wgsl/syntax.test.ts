import { expect, it } from "vitest";
import { readModule, targetOf, textOf } from "./syntax.ts";

it("reads a variable whose name is a keyword of the parser", () => {
  const code = "var<workgroup> block: array<f32, 4>; @compute @workgroup_size(4) fn main() { block[0] += 1.0; }";
  const { variables, functions } = readModule(code)!;
  expect([...variables.keys()]).toEqual(["block"]);
  expect(textOf(targetOf(functions.get("main")!.body[0]!)!)).toBe("block[0]");
});

it("skips modules with numbers that would take the parser minutes, but not those with long comments", () => {
  expect(readModule(`const a = ${"1".repeat(50_000)}u;`)).toBeUndefined();
  expect(readModule(`/* ${"1".repeat(50_000)} */ const a = 1u; // ${"_".repeat(300)}`)?.constants.size).toBe(1);
});
