import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import { Random } from "../../../reference/random.ts";
import task from "./task.ts";

const { fround } = Math;
const [n, d] = [20, 8];

/** How many of the kernel values computed in f32 are within their bounds, around a distance from the origin. */
function withinBounds(distance: number, square: (a: number, b: number) => readonly number[]): number {
  const random = new Random("rbf", distance);
  const [x, y] = [0, 1].map(() => random.f32(n * d, () => random.normal(distance, 0.5))) as [
    Float32Array,
    Float32Array,
  ];
  const { out } = evaluate(
    task.oracle,
    { shape: { n, m: n, d }, params: { gamma: 0.5 }, inputs: { x, y } },
    { out: n * n },
  );
  let within = 0;
  for (let at = 0; at < n * n; at++) {
    let sum = 0;
    for (let c = 0; c < d; c++) {
      const terms = square(x[Math.floor(at / n) * d + c]!, y[(at % n) * d + c]!);
      for (const term of terms) sum = fround(sum + fround(term));
    }
    const got = fround(Math.exp(fround(-0.5 * sum)));
    if (Math.abs(got - out!.expected[at]!) <= out!.bound[at]!) within++;
  }
  return within;
}

const expanded = (a: number, b: number) => [a * a, b * b, -2 * a * b];
const direct = (a: number, b: number) => [fround(a - b) ** 2];

test("differences that are squared are within the bound, however far from the origin", () => {
  for (const distance of [0, 10, 90]) expect(withinBounds(distance, direct)).toBe(n * n);
});

test("the expanded square is outside of it at a distance of 90, for most pairs", () => {
  expect(withinBounds(90, expanded)).toBeLessThan((n * n) / 4);
});
