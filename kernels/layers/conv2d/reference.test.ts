import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

/** One image of one channel, convolved with one filter. */
function conv(
  image: readonly (readonly number[])[],
  w: readonly (readonly number[])[],
  stride: number,
  padding: number,
) {
  const [height, width, kernel] = [image.length, image[0]!.length, w.length];
  const [oh, ow] = [height, width].map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1) as [
    number,
    number,
  ];
  const shape = { batch: 1, channels: 1, height, width, filters: 1, kernel, oh, ow };
  const inputs = { x: Float32Array.from(image.flat()), w: Float32Array.from(w.flat()), b: Float32Array.of(0) };
  const { expected } = evaluate(task.oracle, { shape, params: { stride, padding }, inputs }, { y: oh * ow }).y!;
  return Array.from({ length: oh }, (_, row) => [...expected.subarray(row * ow, (row + 1) * ow)]);
}

const IMAGE = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];
/** Each digit shows which element it was multiplied by: a kernel that is flipped shows too. */
const DIGITS = [
  [1, 10],
  [100, 1000],
];

test("windows that are a stride apart leave the last column out", () => {
  expect(conv(IMAGE, DIGITS, 2, 0)).toEqual([[5421]]);
});

test("padding surrounds the image with zeros on all four sides", () => {
  expect(conv(IMAGE, DIGITS, 1, 1)).toEqual([
    [1000, 2100, 3200, 300],
    [4010, 5421, 6532, 603],
    [7040, 8754, 9865, 906],
    [70, 87, 98, 9],
  ]);
  expect(conv(IMAGE, DIGITS, 3, 1)).toEqual([
    [1000, 300],
    [70, 9],
  ]);
});

test("a kernel of one element scales, and skips what the stride skips", () => {
  expect(conv(IMAGE, [[2]], 1, 0)).toEqual(IMAGE.map((row) => row.map((value) => 2 * value)));
  expect(conv(IMAGE, [[2]], 2, 0)).toEqual([
    [2, 6],
    [14, 18],
  ]);
  expect(conv(IMAGE, [[2]], 3, 1)).toEqual([
    [0, 0],
    [0, 18],
  ]);
});
