import { declarationsOf } from "../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../harness/task/plan.ts";
import entryPoints from "./tiled-or-vector.wgsl";

const TILE = 32;

/** Elements of `out` per workgroup of `vector`. */
const ELEMENTS = 8;

/** With fewer rows or columns, most of a tile would be idle. */
const SIZE_FOR_TILES = 24;

/**
 * The plan of a kernel with the entry points `tiled` and `vector`.
 *
 * @param formats the modules with what they need of a format
 * @param plain the plain kernel, which declares the interface
 */
export function tiledOrVector<K extends string>(
  formats: readonly string[],
  plain: string,
  bindings: readonly string[],
): PlanFunction<K | "m" | "n", never> {
  const code = [...formats, declarationsOf(plain), entryPoints].join("\n");
  return ({ shape, device }) => {
    const { m, n }: Readonly<Record<"m" | "n", number>> = shape;
    const workgroups = Math.ceil((m * n) / ELEMENTS);
    const isVector = Math.min(m, n) < SIZE_FOR_TILES && workgroups <= device.limits.maxComputeWorkgroupsPerDimension;
    return {
      passes: [
        {
          code,
          entryPoint: isVector ? "vector" : "tiled",
          constants: Object.fromEntries(Object.entries(shape).map(([name, size]) => [name.toUpperCase(), size])),
          bindings,
          workgroups: isVector ? [workgroups] : [Math.ceil(n / TILE), Math.ceil(m / TILE)],
        },
      ],
    };
  };
}
