import { expect, it } from "vitest";
import { PLAIN_DEVICE as DEVICE } from "./plain-device.ts";
import { invocationPerRow, withRowBlocks } from "./row-blocks.ts";

it("appends the functions that a kernel calls, and no others", () => {
  const code = withRowBlocks("fn main() { set_y_block(0, less(x_block(0), 1)); }");
  const names = Array.from(code.matchAll(/^fn (\w+)/gm), ([, name]) => name);
  expect(names).toEqual(["main", "set_y_block", "set_y_four", "less", "x_block", "x_four"]);
  expect(code).toContain("set_y_four(at + 12, value[3]);");
  expect(code).toContain("y[at + 3] = value[3];");
});

it("reads tensors as vectors, without a rest, if all rows are whole blocks", () => {
  const code = `var<storage, read> x: array<f32>;
var<storage, read_write> y: array<f32>;
fn main() {
  let rest = COLS - COLS % 16;
  y[0] = total(x_block(0)) + x_at(5);
  for (var at = rest; at < COLS; at++) {
    if (at == 0) {
      y[0] += x_at(at);
    }
  }
  y[0] += 1;
}`;
  expect(withRowBlocks(code, { areWhole: true })).toBe(
    `var<storage, read> x: array<vec4f>;
var<storage, read_write> y: array<f32>;
fn main() {
  let rest = COLS;
  y[0] = total(x_block(0)) + x_at(5);
  y[0] += 1;
}
${withRowBlocks("total(x_block(0)) + x_at(0)", { areWhole: true }).split("\n").slice(1).join("\n")}`,
  );
  const plan = invocationPerRow(code, { rows: "rows", columns: ["cols", "latent"] }, ["x", "y"]);
  const codeFor = (cols: number, latent: number) =>
    plan({ task: "t", shape: { rows: 1, cols, latent }, params: {}, device: DEVICE }).passes[0]!.code;
  expect(codeFor(48, 16)).toContain("x: array<vec4f>");
  expect(codeFor(48, 24)).toBe(withRowBlocks(code));
  const ofFours = invocationPerRow("x_four(0)", { rows: "rows", columns: ["cols"] }, ["x"]);
  const isWhole = (cols: number) =>
    ofFours({ task: "t", shape: { rows: 1, cols }, params: {}, device: DEVICE }).passes[0]!.code.includes("x[at / 4]");
  expect([isWhole(12), isWhole(14)]).toEqual([true, false]);
});

it("takes a workgroup for 16 rows, and more beyond one dimension", () => {
  const plan = invocationPerRow("code", { rows: "rows", columns: [] }, ["x", "y"]);
  const passFor = (rows: number) => plan({ task: "t", shape: { rows }, params: {}, device: DEVICE }).passes[0]!;
  expect(passFor(17)).toMatchObject({ constants: { ROWS: 17 }, workgroups: [2] });
  expect(passFor(16 * 65_536).workgroups).toEqual([65_535, 2]);
});
