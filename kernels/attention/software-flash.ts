import { byDeviceKind } from "../../harness/task/by-device-kind.ts";
import type { DeviceContext, Pass, PlanFunction } from "../../harness/task/plan.ts";
import type { AttentionShape } from "../../reference/attention.ts";
import { VECTOR } from "../software/product.ts";
import { featuresFor, sharedRows } from "../software/shared-rows.ts";
import code from "./software-flash.wgsl";

const QUERIES_PER_WORKGROUP = 32;

/** As `flashPass`, on a software adapter, for whole vectors; a plan with it requires `featuresFor` the device. */
export function softwareFlashPass(
  { heads, queries, keys, dim, causal }: Readonly<Record<"heads" | "queries" | "keys" | "dim" | "causal", number>>,
  { row, queryHead, keyHead }: Readonly<Record<"row" | "queryHead" | "keyHead", number>>,
  out: string,
  device: DeviceContext,
): Pass {
  const places = { ROW: row / VECTOR, QUERY_HEAD: queryHead / VECTOR, KEY_HEAD: keyHead / VECTOR };
  return {
    code: `${sharedRows(device, "keys", "values")}\n${code}`,
    constants: { ...places, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: causal },
    bindings: ["q", "k", "v", out],
    workgroups: [Math.ceil(queries / QUERIES_PER_WORKGROUP), heads],
  };
}

/** A plan of attention with its own kernel for hardware, which also takes rows that are not whole vectors. */
export function flashOnSoftware(
  hardware: PlanFunction<AttentionShape, "causal">,
): PlanFunction<AttentionShape, "causal"> {
  return byDeviceKind({
    software(context) {
      const { shape, params, device } = context;
      const { queries, keys, dim } = shape;
      if (dim % VECTOR > 0) return hardware(context);
      const elements = { row: dim, queryHead: queries * dim, keyHead: keys * dim };
      const pass = softwareFlashPass({ ...shape, causal: params.causal }, elements, "out", device);
      return { passes: [pass], requires: featuresFor(device) };
    },
    hardware,
  });
}
