import { declarationsOf, spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import plain from "./plain.wgsl";
import ownCode from "./tuned.wgsl";

const code = `${ownCode}\n${declarationsOf(plain)}`;

/** Points per workgroup, and components per workgroup: as in the shader. */
const LANES = 64;

export const tuned: PlanFunction<MixtureShape, never> = ({ shape: { n, d, k }, device }) => {
  const tiles = Math.ceil(n / LANES);
  const constants = { N: n, D: d, K: k };
  const bindings = ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"];
  bindings.push("constants", "projected_means");
  return {
    scratch: { constants: 4 * k, projected_means: 4 * k * d },
    passes: [
      { code, entryPoint: "prepare", constants, bindings, workgroups: [Math.ceil(k / LANES)] },
      { code, entryPoint: "main", constants, bindings, workgroups: spread(tiles, device) },
    ],
  };
};
