import { describe, expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

const f = Math.fround;
const BETA1 = f(0.9);
const BETA2 = f(0.999);
const LR = f(0.01);

interface State {
  readonly w: number;
  readonly grad: number;
  readonly m: number;
  readonly v: number;
}

function stepped({ w, grad, m, v }: State, step: number, weightDecay = 0) {
  const params = { lr: LR, beta1: BETA1, beta2: BETA2, eps: f(1e-8), weight_decay: f(weightDecay), step };
  const inputs = { w: Float32Array.of(w), grad: Float32Array.of(grad), m: Float32Array.of(m), v: Float32Array.of(v) };
  const sizes = { w_out: 1, m_out: 1, v_out: 1 };
  const { w_out } = evaluate(task.oracle, { shape: { size: 1 }, params, inputs }, sizes);
  return { value: w_out!.expected[0]!, bound: w_out!.bound[0]! };
}

describe("a step of AdamW", () => {
  test("moves a weight by the learning rate in the first step, whatever the gradient's size", () => {
    for (const grad of [1e-3, -1, 100]) {
      const { value } = stepped({ w: 0, grad: f(grad), m: 0, v: 0 }, 1);
      expect(value / (-Math.sign(grad) * LR)).toBeCloseTo(1, 4);
    }
  });

  test("needs no correction after 10,000 steps", () => {
    const state = { w: 1, grad: 0.5, m: 0.25, v: 0.5 };
    const mean = BETA1 * 0.25 + (1 - BETA1) * 0.5;
    const square = BETA2 * 0.5 + (1 - BETA2) * 0.25;
    const uncorrected = 1 - (LR * mean) / (Math.sqrt(square) + f(1e-8));
    const late = stepped(state, 10_000);
    expect(Math.abs(late.value - uncorrected)).toBeLessThan(1e-6);
    expect(Math.abs(stepped(state, 100).value - uncorrected)).toBeGreaterThan(1e-3);
  });

  test("only decays a weight that has had no gradient", () => {
    expect(stepped({ w: 2, grad: 0, m: 0, v: 0 }, 5, 0.1).value).toBeCloseTo(2 * (1 - LR * f(0.1)), 12);
  });

  test("may lose digits of 1 - pow(beta, step) near 1, and only there", () => {
    const state = { w: 0, grad: 1, m: 0, v: 0 };
    // WGSL's log2 of 0.999 may be off by 2^-21, a part in 3,000, of which the root keeps a half.
    const share = (step: number) => stepped(state, step).bound / Math.abs(stepped(state, step).value);
    expect(share(1)).toBeGreaterThan(2 ** -21 / Math.abs(Math.log2(BETA2)) / 2);
    expect(share(1)).toBeLessThan(2e-3);
    // Kernels may move the gradient's square towards the second moment, which rounds it before it nearly vanishes.
    expect(share(10_000)).toBeLessThan((8 * 2 ** -24) / (1 - BETA2));
  });
});
