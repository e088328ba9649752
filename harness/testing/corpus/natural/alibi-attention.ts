// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./alibi-attention.wgsl";

export default function plan({ shape, device }: PlanContext<"alibi-attention">): Plan<"alibi-attention"> {
  const { heads, queries, keys, dim } = shape;
  const rows = heads * queries;
  const across = Math.min(rows, device.limits.maxComputeWorkgroupsPerDimension);
  const constants = { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim };
  return {
    passes: [{ code, constants, bindings: ["q", "k", "v", "out"], workgroups: [across, Math.ceil(rows / across)] }],
  };
}
