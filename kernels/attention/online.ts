import type { Pass } from "../../harness/task/plan.ts";
import flash from "./flash.wgsl";
import online from "./online.wgsl";

/** Queries that a workgroup serves at once, as the components of a vec4f. */
export const QUERIES_AT_ONCE = 4;

/** A kernel that calls `attend`, with its lanes for so many keys: with fewer keys and columns, more would be idle. */
export function onlineKernel(code: string, { keys, dim, row }: Readonly<Record<"keys" | "dim" | "row", number>>) {
  const widest = Math.max(keys, dim);
  const lanes = widest <= 16 ? 16 : widest <= 128 ? 32 : 64;
  return { code: `${code}\n${online}`, constants: { DIM: dim, ROW: row, LANES: lanes } };
}

/** One pass from queries, keys and values to the attended values. Sizes are those of a head, except for the heads. */
export function flashPass(
  sizes: Readonly<Record<"heads" | "queries" | "keys" | "dim" | "causal", number>>,
  elements: Readonly<Record<"row" | "queryHead" | "keyHead", number>>,
  out: string,
): Pass {
  const { heads, queries, keys, dim, causal } = sizes;
  const { row, queryHead, keyHead } = elements;
  const { code, constants } = onlineKernel(flash, { keys, dim, row });
  return {
    code,
    constants: { ...constants, QUERIES: queries, KEYS: keys, CAUSAL: causal, QUERY_HEAD: queryHead, KEY_HEAD: keyHead },
    bindings: ["q", "k", "v", out],
    workgroups: [Math.ceil(queries / QUERIES_AT_ONCE), heads],
  };
}
