import { byDeviceKind } from "../../harness/task/by-device-kind.ts";
import type { PlanFunction } from "../../harness/task/plan.ts";
import type { Shape } from "../../reference/oracle.ts";
import { productPass } from "../software/product.ts";
import { widthFor } from "../software/row-vectors.ts";
import { featuresFor } from "../software/shared-rows.ts";

/**
 * A plan with its own kernel for hardware, which also takes shapes that do not fit the one for software adapters.
 *
 * @param code what a product on a software adapter needs of a format
 */
export function productOnSoftware<K extends string>(
  hardware: PlanFunction<K | "m" | "n", never>,
  code: string,
  bindings: readonly string[],
  fits: (shape: Shape<K>) => boolean = () => true,
): PlanFunction<K | "m" | "n", never> {
  return byDeviceKind({
    software(context) {
      const { shape, device } = context;
      if (!fits(shape)) return hardware(context);
      const { m, n, ...depth }: Readonly<Record<"m" | "n", number>> = shape;
      const constants = Object.fromEntries(
        Object.entries<number>(depth).map(([name, size]) => [name.toUpperCase(), size]),
      );
      const pass = productPass({ code, constants, bindings }, {}, { rows: m, columns: n, width: widthFor(n) }, device);
      return { passes: [pass], requires: featuresFor(device) };
    },
    hardware,
  });
}
