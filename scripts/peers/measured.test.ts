import { expect, test } from "vitest";
import { joinRuns, type MeasuredContestant, type MeasuredShape, peerRatio, stateOf } from "./measured.ts";

const contestant = (
  name: string,
  timesMs: readonly number[],
  relativeError: number | null = 1e-7,
): MeasuredContestant => ({
  name,
  relativeError,
  timesMs: [...timesMs],
});
const shape = (...contestants: readonly MeasuredContestant[]): MeasuredShape => ({
  ...{ task: "softmax", shape: "small", sizes: "rows=2 cols=2", leastMs: 1 },
  contestants: [...contestants],
});

test("a result is right up to a relative error of a thousandth", () => {
  expect(stateOf(contestant("tfjs", [], 0.001))).toBe("right");
  expect(stateOf(contestant("tfjs", [], 0.0011))).toBe("wrong");
  expect(stateOf(contestant("tfjs", [], null))).toBe("wrong");
  expect(stateOf({ ...contestant("tfjs", [], null), failure: "no such operator" })).toBe("failed");
});

test("tuned is compared with the fastest peer whose result is right", () => {
  const slow = contestant("jax-js", [8, 8, 8]);
  const fast = contestant("tfjs", [4, 4, 4]);
  const wrong = contestant("onnxruntime", [1, 1, 1], 0.05);
  const tuned = contestant("tuned", [2, 2, 2]);
  expect(peerRatio(shape(tuned, slow, fast, wrong))).toMatchObject({ peer: "tfjs", estimate: 2, low: 2, high: 2 });
});

test("ratios are of the same turn", () => {
  const ratio = peerRatio(shape(contestant("tuned", [1, 10, 100]), contestant("tfjs", [2, 20, 200])));
  expect(ratio).toMatchObject({ estimate: 2, low: 2, high: 2 });
});

test("without a correct peer, or with a wrong tuned kernel, there is no ratio", () => {
  const tuned = contestant("tuned", [2, 2, 2]);
  expect(peerRatio(shape(tuned, contestant("tfjs", [1, 1, 1], 0.05)))).toBeUndefined();
  expect(peerRatio(shape(contestant("tuned", [2, 2, 2], 1), contestant("tfjs", [1, 1, 1])))).toBeUndefined();
  expect(peerRatio(shape(tuned, contestant("plain", [1, 1, 1])))).toBeUndefined();
});

test("runs are joined in order, with the largest error and any failure", () => {
  const first = [shape(contestant("tuned", [1, 2], 1e-7), contestant("tfjs", [5], 1e-7))];
  const failed = { ...contestant("tfjs", [], null), failure: "device lost" };
  const [joined] = joinRuns([first, [shape(contestant("tuned", [3], 1e-5), failed)]]);
  expect(joined!.contestants).toEqual([
    { name: "tuned", relativeError: 1e-5, timesMs: [1, 2, 3] },
    { name: "tfjs", relativeError: null, failure: "device lost", timesMs: [5] },
  ]);
});
