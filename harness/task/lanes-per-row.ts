import { constantsOf, spread } from "./one-pass.ts";
import type { DeviceContext, PlanFunction } from "./plan.ts";

const WORKGROUP_SIZE = 64;
/** A lane with fewer elements than this waits at barriers longer than it computes. */
const ELEMENTS_PER_LANE = 4;

/** The lanes of each row, a power of two, and the workgroups of 64 that take all rows. */
export function lanesFor(rows: number, length: number, device: Pick<DeviceContext, "limits">) {
  const lanes = Math.min(WORKGROUP_SIZE, 2 ** Math.ceil(Math.log2(Math.max(1, length / ELEMENTS_PER_LANE))));
  return { lanes, workgroups: spread(Math.ceil((rows * lanes) / WORKGROUP_SIZE), device) };
}

/** The plan of a kernel in which 1 to 64 lanes share a row, depending on its length. */
export function lanesPerRow<C extends string, P extends string>(
  code: string,
  cols: C,
  bindings: readonly string[],
): PlanFunction<C | "rows", P> {
  return ({ shape, params, device }) => {
    const { rows, [cols]: length }: Readonly<Record<C | "rows", number>> = shape;
    const { lanes, workgroups } = lanesFor(rows, length, device);
    const constants = { ...constantsOf(shape, params), LANES_PER_ROW: lanes };
    return {
      passes: [{ code, constants, bindings, workgroups }],
    };
  };
}
