import { byDeviceKind } from "../../harness/task/by-device-kind.ts";
import type { DeviceContext, Pass, Plan, PlanFunction } from "../../harness/task/plan.ts";
import type { AttentionShape } from "../../reference/attention.ts";
import type { Shape } from "../../reference/oracle.ts";
import { rowVectors, widthFor } from "../software/row-vectors.ts";
import { featuresFor, sharedRows } from "../software/shared-rows.ts";
import attend from "./software-attend.wgsl";
import code from "./software-flash.wgsl";
import unbiased from "./software-unbiased.wgsl";

const QUERIES_PER_WORKGROUP = 32;

/** A module with `software-attend.wgsl`, whose tensors are arrays of elements of this width, and what it asks for. */
export function attendModule(fourRows: string, width: number, ...code: readonly string[]): string {
  const vectors = rowVectors({ read: { q: "DIM", k: "DIM", v: "DIM", out: "DIM" }, written: { out: "DIM" } }, width);
  return [fourRows, vectors, attend, ...code].join("\n");
}

/** As `flashPass`, on a software adapter; a plan with it requires `featuresFor` the device. */
export function softwareFlashPass(
  { heads, queries, keys, dim, causal }: Readonly<Record<"heads" | "queries" | "keys" | "dim" | "causal", number>>,
  { row, queryHead, keyHead }: Readonly<Record<"row" | "queryHead" | "keyHead", number>>,
  out: string,
  device: DeviceContext,
  { code: bias = unbiased, constants = {} }: Partial<Pick<Pass, "code" | "constants">> = {},
): Pass {
  const width = widthFor(dim);
  const places = { ROW: row / width, QUERY_HEAD: queryHead / width, KEY_HEAD: keyHead / width };
  return {
    code: attendModule(sharedRows(device, "keys", "values"), width, code, bias),
    constants: { ...constants, ...places, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: causal },
    bindings: ["q", "k", "v", out],
    workgroups: [Math.ceil(queries / QUERIES_PER_WORKGROUP), heads],
  };
}

/** The plan of attention with this pass, and what it adds to scores. */
export function softwareAttention(
  { heads, queries, keys, dim }: Shape<AttentionShape>,
  causal: number,
  device: DeviceContext,
  bias?: Pick<Pass, "code" | "constants">,
): Plan {
  const sizes = { heads, queries, keys, dim, causal };
  const elements = { row: dim, queryHead: queries * dim, keyHead: keys * dim };
  return { passes: [softwareFlashPass(sizes, elements, "out", device, bias)], requires: featuresFor(device) };
}

/** A plan of attention with its own kernel for hardware. */
export function flashOnSoftware(
  hardware: PlanFunction<AttentionShape, "causal">,
): PlanFunction<AttentionShape, "causal"> {
  return byDeviceKind({
    software: ({ shape, params, device }) => softwareAttention(shape, params.causal, device),
    hardware,
  });
}
