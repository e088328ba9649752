import { expect, it } from "vitest";
import { guaranteedLimits } from "./limits.ts";
import { invocationPerRow, withRowBlocks } from "./row-blocks.ts";

it("appends the functions that a kernel calls, and no others", () => {
  const code = withRowBlocks("fn main() { set_y_block(0, less(x_block(0), 1)); }");
  const names = Array.from(code.matchAll(/^fn (\w+)/gm), ([, name]) => name);
  expect(names).toEqual(["main", "set_y_block", "less", "x_block"]);
  expect(code.match(/x\[at( \+ \d+)?\]/g)).toHaveLength(16);
  expect(code).toContain("y[at + 15] = block[3][3];");
});

it("takes a workgroup for 16 rows, and more beyond one dimension", () => {
  const plan = invocationPerRow("code", "rows", ["x", "y"]);
  const device = { features: [], limits: guaranteedLimits, subgroupMinSize: 4, subgroupMaxSize: 4, kind: "software" };
  const passFor = (rows: number) =>
    plan({ task: "t", shape: { rows }, params: {}, device: device as Parameters<typeof plan>[0]["device"] }).passes[0]!;
  expect(passFor(17)).toMatchObject({ constants: { ROWS: 17 }, workgroups: [2] });
  expect(passFor(16 * 65_536).workgroups).toEqual([65_535, 2]);
});
