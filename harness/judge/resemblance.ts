import { type Allowed, allows } from "../../reference/oracle.ts";

/** Tolerances relative to a predicted value, and to the error bound: f32 arithmetic may take another path. */
const RELATIVE_TOLERANCE = 2e-4;
const BOUND_TOLERANCE = 4;
/** This share of an output's elements may differ from the prediction: those that overflow or underflow may. */
const SHARE_APART = 0.02;
const LARGEST_F32 = 3.4e38;

/** Whether an element has a predicted value, up to f32 arithmetic; integers are equal or not. */
export function isAlike(got: number, predicted: number, bound: number): boolean {
  if (bound === 0) return got === predicted;
  if (!(Math.abs(predicted) <= LARGEST_F32)) return !Number.isFinite(got) || Math.abs(got) > 1e37;
  return Math.abs(got - predicted) <= RELATIVE_TOLERANCE * Math.abs(predicted) + BOUND_TOLERANCE * bound;
}

/**
 * Whether a prediction explains a wrong element. It must be wrong there itself, and closer to the output than the
 * correct value is: a harmless mistake explains nothing.
 */
export function explainsWrong(got: number, predicted: number, expected: number, bound: number): boolean {
  if (!isAlike(got, predicted, bound)) return false;
  if (!(Math.abs(predicted) <= LARGEST_F32)) return true;
  return Math.abs(predicted - expected) > bound && Math.abs(got - predicted) < Math.abs(got - expected);
}

/** Whether a prediction explains an output: its wrong elements and its correct ones, except for a few. */
export function explainsOutput(got: ArrayLike<number>, predicted: ArrayLike<number>, allowed: Allowed): boolean {
  const { expected, bound } = allowed;
  let [wrong, open, wrongApart, rightApart] = [0, 0, 0, 0];
  for (let e = 0; e < got.length; e++) {
    const isWrong = !allows(allowed, e, got[e]!);
    if (isWrong) wrong++;
    // What a mistake reads out of bounds is unknown, and WGSL does not define infinities: SwiftShader's log(0) is -88.
    if (!Number.isFinite(predicted[e]!) && Number.isFinite(got[e]!)) open++;
    else if (!isWrong)
      rightApart += isAlike(got[e]!, predicted[e]!, bound[e]!) || isOther(allowed, e, predicted[e]!) ? 0 : 1;
    else if (!explainsWrong(got[e]!, predicted[e]!, expected[e]!, bound[e]!)) wrongApart++;
  }
  return open <= Math.max(1, wrong / 2) && wrongApart <= SHARE_APART * wrong && rightApart <= SHARE_APART * got.length;
}

/** Where a choice may go either way, an output and a prediction may choose differently. */
function isOther(allowed: Allowed, element: number, predicted: number): boolean {
  return allowed.others?.has(element) === true && allows(allowed, element, predicted);
}
