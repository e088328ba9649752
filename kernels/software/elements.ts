import { spread } from "../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, Plan } from "../../harness/task/plan.ts";
import elements from "./elements.wgsl";
import sum from "./elements-sum.wgsl";
import total from "./elements-total.wgsl";
import { rowVectors, widthFor } from "./row-vectors.ts";

const LANES = 256;

/** The tensors that a pass reads and those that it writes, in the order of its bindings: variables, or pairs of a variable and its tensor. */
interface Tensors {
  readonly read: readonly (string | readonly [variable: string, tensor: string])[];
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
  device: DeviceContext,
): Pass {
  return {
    code: [elementsHead({ read, written }, size), elements, code].join("\n"),
    constants: { ...constants, SIZE: size },
    bindings: tensorsOf({ read, written }),
    workgroups: spread(Math.ceil(size / 4 / LANES), device),
  };
}

const SUM_WORKGROUPS = 64;
/** One for each invocation. */
const PARTS = 8 * SUM_WORKGROUPS;

/**
 * The plan of a sum over all elements, times `factor`, on a software adapter. The module declares `term(step)`, which gives
 * four terms, and may write tensors as with `elementsPass`.
 *
 * @param result the output of one element
 */
export function elementsSum(
  { code, constants = {} }: Pick<Pass, "code" | "constants">,
  { read, written }: Tensors,
  size: number,
  { result, factor }: { readonly result: string; readonly factor: number },
): Plan {
  const bindings = [...tensorsOf({ read, written }), "parts"];
  const parts = `@group(0) @binding(${bindings.length - 1}) var<storage, read_write> parts: array<f32>;\n`;
  return {
    scratch: { parts: 4 * PARTS },
    passes: [
      {
        code: [elementsHead({ read, written }, size), parts, sum, code].join("\n"),
        constants: { ...constants, SIZE: size, STEPS_OF_WORKGROUP: Math.ceil(size / 4 / SUM_WORKGROUPS) },
        bindings,
        workgroups: [SUM_WORKGROUPS],
      },
      { code: total, constants: { PARTS, FACTOR: factor }, bindings: ["parts", result], workgroups: [1] },
    ],
  };
}

function tensorsOf({ read, written }: Tensors): string[] {
  return [...read, ...written].map((one) => (typeof one === "string" ? one : one[1]));
}

/**
 * The head of a module that goes through all elements, four a step: SIZE, STEPS, `<tensor>_vector(0, step)` and
 * `set_<tensor>_vector(0, step, four)`.
 */
export function elementsHead({ read, written }: Tensors, size: number): string {
  const lengths = (names: Tensors["read"]) =>
    Object.fromEntries(names.map((one) => [typeof one === "string" ? one : one[0], "SIZE"]));
  const vectors = rowVectors({ read: lengths(read), written: lengths(written) }, widthFor(size));
  return `override SIZE: u32;\noverride STEPS: u32 = (SIZE + 3u) / 4u;\n\n${vectors}`;
}
