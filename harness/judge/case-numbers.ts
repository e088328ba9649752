import { least } from "d3-array";
import { allows, type Tensor } from "../../reference/oracle.ts";
import type { CaseNumbers, OutputNumbers, TensorNumbers } from "../results/case-numbers.ts";
import { jsonNumber } from "../results/evidence.ts";
import { dimSizes, elementCount } from "../task/dims.ts";
import { unpacked } from "../task/element-types.ts";
import type { Task, TensorSpec } from "../task/task.ts";
import { type Trace, wholeEstimates } from "./trace.ts";

/** A tensor with more elements, or with longer rows, does not fit beside others on a screen. */
const MOST_ELEMENTS = 36;
const LONGEST_ROW = 8;

/** All numbers of the smallest wrong case; undefined if even that one is not small. */
export function smallestNumbers(task: Task, traces: readonly Trace[]): CaseNumbers | undefined {
  const { inputs, outputs } = task.spec;
  const isSmall = ({ reference: { problem } }: Trace) =>
    [...inputs, ...outputs].every(
      (tensor) =>
        elementCount(tensor, problem.shape) <= MOST_ELEMENTS &&
        (dimSizes(tensor, problem.shape).at(-1) ?? 1) <= LONGEST_ROW,
    );
  const elements = ({ reference: { problem } }: Trace) =>
    [...inputs, ...outputs].reduce((sum, tensor) => sum + elementCount(tensor, problem.shape), 0);
  const wrong = traces.filter((trace) => trace.verdict === "wrong-answer" && isSmall(trace));
  const outputElements = ({ reference: { problem } }: Trace) =>
    outputs.reduce((sum, tensor) => sum + elementCount(tensor, problem.shape), 0);
  // One element shows little of a pattern.
  const smallest =
    least(
      wrong.filter((trace) => outputElements(trace) > 1),
      elements,
    ) ?? least(wrong, elements);
  return smallest && numbersOf(task, smallest);
}

function numbersOf(task: Task, { reference, first }: Trace): CaseNumbers {
  const { problem } = reference;
  const { inputs, outputs } = task.spec;
  const estimates = wholeEstimates(task, reference);
  const tensor = (spec: TensorSpec, of: Tensor): TensorNumbers => {
    const dims = dimSizes(spec, problem.shape);
    return { dims, values: Array.from(unpacked(spec.type, dims.at(-1) ?? 1, of), jsonNumber) };
  };
  const output = ({ name, dims }: TensorSpec): OutputNumbers => {
    const estimate = estimates[name]!;
    const got = Array.from(first.outputs[name]!);
    return {
      dims: dimSizes({ name, dims }, problem.shape),
      expected: Array.from(estimate.expected, jsonNumber),
      got: got.map(jsonNumber),
      wrong: got.flatMap((value, element) => (allows(estimate, element, value) ? [] : [element])),
    };
  };
  return {
    caseIndex: reference.case.index,
    inputs: Object.fromEntries(inputs.map((spec) => [spec.name, tensor(spec, problem.inputs[spec.name]!)])),
    outputs: Object.fromEntries(outputs.map((spec) => [spec.name, output(spec)])),
  };
}
