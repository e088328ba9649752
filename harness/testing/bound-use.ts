import * as fc from "fast-check";
import { bounded } from "../../reference/bounded.ts";
import { Random } from "../../reference/random.ts";
import { HostileF32 } from "./hostile-f32.ts";
import { expressions, inputs } from "./random-expressions.ts";

const KERNELS = 6;
/** What float64 itself rounds. */
const SLACK = 1 + 1e-6;

/**
 * Checks that hostile f32 evaluations of random expressions lie within their bounds.
 *
 * @returns the largest share of a bound that was used, for each expression that rounds at all and whose bound is finite
 */
export function sharesUsed(runs: number, seed?: number): number[] {
  const shares: number[] = [];
  const property = fc.property(expressions, inputs, fc.integer(), (expression, numbers, kernelSeed) => {
    const { values, errors } = expression.ofReference(numbers.map((own) => bounded(own)));
    let most = 0;
    for (let kernel = 0; kernel < KERNELS; kernel++) {
      const f32 = new HostileF32(new Random("kernel", kernelSeed, kernel));
      const got = expression.ofKernel(numbers, f32);
      if (got.length !== values.length) throw new Error(`${expression.text}: ${got.length} elements, ${values.length}`);
      got.forEach((value, i) => {
        const [wanted, bound] = [values[i]!, errors![i]!];
        if (Number.isNaN(bound)) throw new Error(`${expression.text}: the bound is NaN`);
        if (bound === Number.POSITIVE_INFINITY) return;
        const off = Math.abs(value - wanted);
        if (!(off <= bound * SLACK + Math.abs(wanted) * 1e-14)) {
          throw new Error(`${expression.text}: element ${i} is ${value}, ${off} from ${wanted}; allowed are ${bound}`);
        }
        if (bound > 0) most = Math.max(most, off / bound);
      });
    }
    if (errors!.every(Number.isFinite) && errors!.some((error) => error > 0)) shares.push(most);
  });
  fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  return shares;
}
