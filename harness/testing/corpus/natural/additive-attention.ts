// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import attend from "./additive-attention.wgsl";
import project from "./additive-attention-project.wgsl";

export default function plan({
  shape,
  device,
}: PlanContext<"additive-attention">): Plan<"additive-attention", "q_units" | "k_units"> {
  const { queries, keys, query_dim, key_dim, hidden } = shape;
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  const projection = (rows: number, dim: number) => ({
    code: project,
    constants: { ROWS: rows, DIM: dim, HIDDEN: hidden },
    workgroups: [Math.ceil(hidden / 8), Math.ceil(rows / 8)],
  });
  const across = Math.min(queries, most);
  return {
    scratch: { q_units: 4 * queries * hidden, k_units: 4 * keys * hidden },
    passes: [
      { ...projection(queries, query_dim), bindings: ["q", "w_q", "q_units"] },
      { ...projection(keys, key_dim), bindings: ["k", "w_k", "k_units"] },
      {
        code: attend,
        constants: { QUERIES: queries, KEYS: keys, KEY_DIM: key_dim, HIDDEN: hidden },
        bindings: ["q_units", "k_units", "v", "k", "weights", "context"],
        workgroups: [across, Math.ceil(queries / across)],
      },
    ],
  };
}
