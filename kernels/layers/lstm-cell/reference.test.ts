import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

/** One cell whose gates' sums are given. */
function cell(gates: { readonly i: number; readonly f: number; readonly g: number; readonly o: number }, c: number) {
  const inputs = {
    ...{ x: Float32Array.of(0), h: Float32Array.of(0), c: Float32Array.of(c) },
    ...{ w_ih: new Float32Array(4), w_hh: new Float32Array(4), b_hh: new Float32Array(4) },
    b_ih: Float32Array.of(gates.i, gates.f, gates.g, gates.o),
  };
  const problem = { shape: { batch: 1, inputs: 1, hidden: 1 }, params: {}, inputs };
  const { c_out, h_out } = evaluate(task.oracle, problem, { c_out: 1, h_out: 1 });
  return { state: c_out!.expected[0]!, output: h_out!.expected[0]!, bounds: [c_out!.bound[0]!, h_out!.bound[0]!] };
}

test("an open forget gate and a closed input gate keep the state", () => {
  const { state, output, bounds } = cell({ i: -80, f: 80, g: 80, o: 80 }, 3);
  expect(state).toBeCloseTo(3, 14);
  expect(output).toBeCloseTo(Math.tanh(3), 14);
  for (const bound of bounds) expect(bound).toBeLessThan(1e-3);
});

test("a closed forget gate and an open input gate replace the state by the candidate's sign", () => {
  expect(cell({ i: 80, f: -80, g: 80, o: 0 }, 50).state).toBeCloseTo(1, 14);
  expect(cell({ i: 80, f: -80, g: -80, o: 0 }, 50).state).toBeCloseTo(-1, 14);
});

test("a state of 80 gives an output of 1, and a closed output gate hides it", () => {
  expect(cell({ i: -80, f: 80, g: 0, o: 80 }, 80).output).toBeCloseTo(1, 14);
  const { output, bounds } = cell({ i: -80, f: 80, g: 0, o: -80 }, 80);
  expect(output / Math.exp(-80)).toBeCloseTo(1, 12);
  expect(bounds[1]).toBeLessThan(1e-4);
});
