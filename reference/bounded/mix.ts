import { exact } from "./alternatives.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { anyOf } from "./choices.ts";
import { Vector } from "./vector.ts";

/**
 * `(1 - t) · a + t · b`, as WGSL's `mix(a, b, t)`, in each of the ways in which kernels and drivers compute it: the
 * weighted sum, or either end moved towards the other. WGSL derives its accuracy from the weighted sum (§15.7.4 "Floating
 * Point Accuracy"), but SwiftShader moves `a` towards `b`, which rounds more if `a` is much larger than the result.
 */
export function mix(a: Vector, b: Vector, t: Vector): Vector {
  const weighted = weightedSum(a, b, t);
  if (weighted.errors === undefined) return weighted;
  // The roundings depend on the form; the operands' own errors do not, however often a form names them.
  const [from, to, share] = [exact(a), exact(b), exact(t)];
  const first = weightedSum(from, to, share);
  const any = anyOf(first, add(from, mul(sub(to, from), share)), add(to, mul(sub(from, to), sub(1, share))));
  return new Vector(
    weighted.values,
    weighted.errors.map((error, i) => error + any.errors![i]! - first.errors![i]!),
  );
}

function weightedSum(a: Vector, b: Vector, t: Vector): Vector {
  return add(mul(a, sub(1, t)), mul(b, t));
}
