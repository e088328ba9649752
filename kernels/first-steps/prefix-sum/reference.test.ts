import { describe, expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import { Random } from "../../../reference/random.ts";
import task from "./task.ts";

const SIZE = 2 ** 20;
const BLOCK = 1024;

function reference(x: Float32Array) {
  return evaluate(task.oracle, { shape: { size: x.length }, params: {}, inputs: { x } }, { y: x.length }).y!;
}

/** As a kernel with one invocation for each block does, in f32. */
function scannedInBlocks(x: Float32Array, carry: (total: number, ofBlock: number) => number) {
  const y = new Float32Array(x.length);
  let before = 0;
  for (let start = 0; start < x.length; start += BLOCK) {
    let [sum, running] = [0, before];
    for (let i = start; i < start + BLOCK; i++) {
      sum = Math.fround(sum + x[i]!);
      running = Math.fround(running + x[i]!);
      y[i] = running;
    }
    before = Math.fround(carry(before, sum));
  }
  return y;
}

/** The largest error as a share of the bound. */
function largestShare(y: Float32Array, { expected, bound }: ReturnType<typeof reference>): number {
  return y.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!) / bound[i]!), 0);
}

describe("sums of 2²⁰ elements that cancel", () => {
  const random = new Random("prefix sums");
  // A large number and its negative, and numbers of one sign that cancel those of the other half.
  const x = random.f32(SIZE, (_, i) => (i % 2 === 0 ? 10 : -10) + (i < SIZE / 2 ? 0.5 : -0.5) + random.normal(0, 0.01));
  const whole = reference(x);

  test("f32 sums in blocks are within the bound", () => {
    expect(
      largestShare(
        scannedInBlocks(x, (total, ofBlock) => total + ofBlock),
        whole,
      ),
    ).toBeLessThan(0.1);
  });

  test("a carry of one block, or of all but the last, is outside of it", () => {
    expect(
      largestShare(
        scannedInBlocks(x, (_, ofBlock) => ofBlock),
        whole,
      ),
    ).toBeGreaterThan(2);
    expect(
      largestShare(
        scannedInBlocks(x, (total) => total),
        whole,
      ),
    ).toBeGreaterThan(2);
  });

  test("the bound leaves one digit of most sums", () => {
    const shares = whole.expected.map((value, i) => whole.bound[i]! / Math.abs(value)).sort();
    expect(shares[SIZE / 2]).toBeLessThan(0.05);
  });
});
