/** How close an element must be, relative to a predicted value or to the bound: f32 arithmetic went another way. */
const RELATIVE_TOLERANCE = 2e-4;
const BOUND_TOLERANCE = 4;
/** An output is as predicted if all but this share of its elements are: what over- or underflows may differ. */
const SHARE_APART = 0.02;
const LARGEST_F32 = 3.4e38;

/** Whether an element holds a predicted value, as far as f32 arithmetic can tell. */
export function isAlike(got: number, predicted: number, bound: number): boolean {
  if (!(Math.abs(predicted) <= LARGEST_F32)) return !Number.isFinite(got) || Math.abs(got) > 1e37;
  return Math.abs(got - predicted) <= RELATIVE_TOLERANCE * Math.abs(predicted) + BOUND_TOLERANCE * bound;
}

/**
 * Whether a prediction explains a wrong element. It must be wrong there itself, and closer to the output than the right
 * value is: what is harmless there explains nothing. WGSL leaves open what becomes of an infinity (SwiftShader's log(0)
 * is -88): there, any wrong value will do.
 */
export function explainsWrong(got: number, predicted: number, expected: number, bound: number): boolean {
  if (Math.abs(predicted) === Number.POSITIVE_INFINITY) return true;
  if (!isAlike(got, predicted, bound)) return false;
  if (!(Math.abs(predicted) <= LARGEST_F32)) return true;
  return Math.abs(predicted - expected) > bound / 2 && Math.abs(got - predicted) < Math.abs(got - expected);
}

/** Whether a prediction explains an output: its wrong elements, and the right ones, each of them but for a few. */
export function explainsOutput(
  got: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { expected, bound }: Readonly<Record<"expected" | "bound", ArrayLike<number>>>,
): boolean {
  let [wrong, open, wrongApart, rightApart] = [0, 0, 0, 0];
  for (let e = 0; e < got.length; e++) {
    const isWrong = !(Math.abs(got[e]! - expected[e]!) <= bound[e]!);
    if (isWrong) wrong++;
    // A mistake that reads outside a tensor leaves open which number it finds there.
    if (Number.isNaN(predicted[e]!) && Number.isFinite(got[e]!)) open++;
    else if (!isWrong) rightApart += isAlike(got[e]!, predicted[e]!, bound[e]!) ? 0 : 1;
    else if (!explainsWrong(got[e]!, predicted[e]!, expected[e]!, bound[e]!)) wrongApart++;
  }
  return open <= Math.max(1, wrong / 2) && wrongApart <= SHARE_APART * wrong && rightApart <= SHARE_APART * got.length;
}
