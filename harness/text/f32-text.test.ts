import { expect, test } from "vitest";
import { Random } from "../../reference/random.ts";
import { f32Text, sizesText } from "./f32-text.ts";

test.each([
  [Math.fround(1e-5), "1e-5"],
  [Math.fround(1e-6), "1e-6"],
  [Math.fround(0.1), "0.1"],
  [Math.fround(-1.5e-4), "-1.5e-4"],
  [0, "0"],
  [65_537, "65537"],
  [16_777_216, "16777216"],
  [1e-5, "1e-5"],
  [1 / 3, "0.3333333333333333"],
  [Math.fround(1e20), "100000000000000000000"],
  [Number.NaN, "NaN"],
])("%d is printed as %s", (value, text) => {
  expect(f32Text(value)).toBe(text);
});

test("the text rounds to the same f32, with nine digits at most", () => {
  const random = new Random("f32 text");
  const words = Uint32Array.from({ length: 10_000 }, () => random.bits());
  const values = [...new Float32Array(words.buffer)].filter(Number.isFinite);
  expect(values.filter((value) => Math.fround(Number(f32Text(value))) !== value)).toEqual([]);
  expect(values.filter((value) => Number(Number(f32Text(value)).toPrecision(9)) !== Number(f32Text(value)))).toEqual(
    [],
  );
});

test("sizes are listed with their names", () => {
  expect(sizesText({ rows: 3, eps: Math.fround(1e-5) })).toBe("rows=3 eps=1e-5");
});
