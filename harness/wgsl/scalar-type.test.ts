import { expect, it } from "vitest";
import { scalarTypeAt } from "./scalar-type.ts";

it.each([
  ["var<storage> v: array<f32>;", "f32"],
  ["var<storage, read_write> v: array<atomic<u32>, 4>;", "u32"],
  ["var<storage> v: array<vec4h>;", "f16"],
  ["alias Word = i32; var<storage> v: array<Word>;", "i32"],
  ["struct Pair { largest: f32, sum: f32 } var<storage> v: array<Pair>;", "f32"],
  ["struct Pair { largest: f32, at: u32 } var<storage> v: array<Pair>;", undefined],
  ["alias A = B; alias B = A; var<storage> v: A;", undefined],
  ["var<storage> v", undefined],
])("%s", (code, type) => {
  expect(scalarTypeAt(code, code.indexOf("var<"))).toBe(type);
});
