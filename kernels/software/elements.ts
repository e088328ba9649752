import type { DeviceContext, Pass } from "../../harness/task/plan.ts";
import hardware from "./elements.wgsl";
import software from "./elements-software.wgsl";
import { rowVectors, widthFor } from "./row-vectors.ts";

const LANES = 256;
/** Enough to fill a GPU, and several rounds of some cases on a software adapter. */
const KINDS = {
  hardware: { loop: hardware, stepsAtOnce: 1, mostWorkgroups: 4096 },
  software: { loop: software, stepsAtOnce: 4, mostWorkgroups: 16 },
};

/** Names of the tensors that a pass reads and of those that it writes, in the order of its bindings. */
interface Tensors {
  readonly read: readonly string[];
  readonly written: readonly string[];
}

/**
 * A pass over all elements of tensors of one size, four a step, on any adapter. The module declares `compute(step)`, which
 * reads `<tensor>_vector(0, step)` and writes by `set_<tensor>_vector(0, step, four)`.
 */
export function elementsPass(
  { code, constants = {} }: Pick<Pass, "code" | "constants">,
  { read, written }: Tensors,
  size: number,
  { kind }: DeviceContext,
): Pass {
  const { loop, stepsAtOnce, mostWorkgroups } = KINDS[kind];
  const lengths = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "SIZE"]));
  const vectors = rowVectors({ read: lengths(read), written: lengths(written) }, widthFor(size));
  return {
    code: ["override SIZE: u32;\noverride STEPS: u32 = (SIZE + 3u) / 4u;\n", vectors, loop, code].join("\n"),
    constants: { ...constants, SIZE: size },
    bindings: [...read, ...written],
    workgroups: [Math.min(mostWorkgroups, Math.ceil(size / 4 / stepsAtOnce / LANES))],
  };
}
