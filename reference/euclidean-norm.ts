/**
 * The length of a vector, in the steps of V8's `Math.hypot`: other engines take others, and a browser's worker has no stack
 * for as many arguments as a vector has elements.
 */
export function euclideanNorm(vector: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let [sum, compensation] = [0, 0];
  for (let i = 0; i < vector.length; i++) {
    const share = vector[i]! / largest;
    const summand = share * share - compensation;
    const preliminary = sum + summand;
    compensation = preliminary - sum - summand;
    sum = preliminary;
  }
  return Math.sqrt(sum) * largest;
}
