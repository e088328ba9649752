import { expect, it } from "vitest";
import { euclideanNorm } from "./euclidean-norm.ts";
import { Random } from "./random.ts";

it.each([1, 2, 3, 17, 1000])("is V8's Math.hypot of %i elements, to the last bit", (count) => {
  const random = new Random("norm", count);
  for (let nth = 0; nth < 50; nth++) {
    const vector = random.f32(count, () => random.normal(0, 10 ** random.integer(-20, 20)));
    expect(euclideanNorm(vector)).toBe(Math.hypot(...vector));
  }
});

it("is 0 for zeros, and has room for any number of elements", () => {
  expect(euclideanNorm([0, -0])).toBe(0);
  expect(euclideanNorm(new Float32Array(2 ** 20).fill(1))).toBe(1024);
});
