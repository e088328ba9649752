// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./vae-loss.wgsl";

export default function plan({ shape: { n, d, latent }, params: { beta } }: PlanContext<"vae-loss">): Plan<"vae-loss"> {
  const bindings = ["x", "logits", "mu", "logvar", "loss"] as const;
  const rows = [Math.min(n, 256), Math.ceil(n / 256)];
  return { passes: [{ code, constants: { N: n, D: d, LATENT: latent, BETA: beta }, bindings, workgroups: rows }] };
}
