import { add, mul, sub } from "./arithmetic.ts";
import { anyOf } from "./choices.ts";
import type { Vector } from "./vector.ts";

/**
 * `(1 - t) · a + t · b`, as WGSL's `mix(a, b, t)`, in each of the ways in which kernels and drivers compute it: the
 * weighted sum, or either end moved towards the other. WGSL derives its accuracy from the weighted sum (§15.7.4 "Floating
 * Point Accuracy"), but SwiftShader moves `a` towards `b`, which rounds more if `a` is much larger than the result.
 */
export function mix(a: Vector, b: Vector, t: Vector): Vector {
  const rest = sub(1, t);
  return anyOf(add(mul(a, rest), mul(b, t)), add(a, mul(sub(b, a), t)), add(b, mul(sub(a, b), rest)));
}
