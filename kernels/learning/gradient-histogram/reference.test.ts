import { describe, expect, test } from "vitest";
import { allows, evaluate } from "../../../reference/oracle.ts";
import { Random } from "../../../reference/random.ts";
import task from "./task.ts";

const f = Math.fround;
const shape = { n: 2000, features: 1, bins: 7 };
const params = { lambda: 1 };
const plain = task.data.find(({ name }) => name === "plain")!;
const inputs = plain.draw(new Random("any order"), shape, params);
const estimates = evaluate(task.oracle, { shape, params, inputs }, { histogram: 14, gain: 6 });

/** A kernel that adds atomically: each sum in f32, in the order in which samples happen to come. */
function added(order: readonly number[]) {
  const histogram = new Float32Array(2 * shape.bins);
  for (const i of order) {
    histogram[2 * inputs.binned![i]!]! += inputs.grad![i]!;
    histogram[2 * inputs.binned![i]! + 1]! += inputs.hess![i]!;
  }
  const sumTo = (end: number, part: number) => {
    let sum = 0;
    for (let bin = 0; bin < end; bin++) sum = f(sum + histogram[2 * bin + part]!);
    return sum;
  };
  const score = (g: number, h: number) => f(f(g * g) / f(h + params.lambda));
  const [g, h] = [sumTo(shape.bins, 0), sumTo(shape.bins, 1)];
  const gain = Array.from({ length: shape.bins - 1 }, (_, t) => {
    const [gl, hl] = [sumTo(t + 1, 0), sumTo(t + 1, 1)];
    return f(0.5 * f(f(score(gl, hl) + score(f(g - gl), f(h - hl))) - score(g, h)));
  });
  return { histogram, gain };
}

const isAllowed = (name: "histogram" | "gain", values: ArrayLike<number>) =>
  Array.from(values).every((value, element) => allows(estimates[name]!, element, value));

describe("sums of atomics", () => {
  const samples = Array.from({ length: shape.n }, (_, i) => i);
  const byGradient = [...samples].sort((a, b) => inputs.grad![a]! - inputs.grad![b]!);
  const orders: Record<string, readonly number[]> = {
    "as they come": samples,
    "in reverse": [...samples].reverse(),
    "from the least gradient": byGradient,
    "from the largest gradient": [...byGradient].reverse(),
    "in random order": new Random("shuffled").shuffled(samples),
  };

  test.each(Object.keys(orders))("are within the bounds %s", (name) => {
    const { histogram, gain } = added(orders[name]!);
    expect(isAllowed("histogram", histogram)).toBe(true);
    expect(isAllowed("gain", gain)).toBe(true);
  });

  test("are outside if one of 2,000 updates is lost", () => {
    for (const lost of [0, 1000, shape.n - 1]) {
      const { histogram } = added(samples.filter((i) => i !== lost));
      expect(isAllowed("histogram", histogram)).toBe(false);
    }
  });
});
