import type { PlanFunction } from "../../harness/task/plan.ts";
import { productPass } from "../software/product.ts";
import { widthFor } from "../software/row-vectors.ts";
import { featuresFor } from "../software/shared-rows.ts";

/**
 * The plan of a product on a software adapter.
 *
 * @param code what the product needs of a format
 */
export function softwareProduct(code: string, bindings: readonly string[]): PlanFunction<"m" | "n", never> {
  return ({ shape: { m, n, ...depth }, device }) => {
    const constants = Object.fromEntries(
      Object.entries<number>(depth).map(([name, size]) => [name.toUpperCase(), size]),
    );
    const pass = productPass({ code, constants, bindings }, {}, { rows: m, columns: n, width: widthFor(n) }, device);
    return { passes: [pass], requires: featuresFor(device) };
  };
}
