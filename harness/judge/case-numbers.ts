import { least } from "d3-array";
import { allows, type Estimates, type Problem } from "../../reference/oracle.ts";
import {
  type CaseNumbers,
  type ExpectedNumbers,
  fitsScreen,
  type OutputNumbers,
  type TensorNumbers,
} from "../results/case-numbers.ts";
import { jsonNumber } from "../results/evidence.ts";
import type { Case } from "../task/case.ts";
import { dimSizes, elementCount } from "../task/dims.ts";
import { unpacked } from "../task/element-types.ts";
import type { Task, TensorSpec } from "../task/task.ts";
import { type Trace, wholeEstimates } from "./trace.ts";

/** A program, or a person who asked for this case, reads more. */
const MOST_ELEMENTS_CHOSEN = 4096;

/** All numbers of a case that the user chose; undefined if it did not run, or is large. */
export function chosenNumbers(task: Task, { index }: Case, traces: readonly Trace[]): CaseNumbers | undefined {
  const trace = traces.find(({ reference }) => reference.case.index === index);
  if (trace === undefined) return undefined;
  const { shape } = trace.reference.problem;
  const tensors = [...task.spec.inputs, ...task.spec.outputs];
  if (tensors.some((tensor) => elementCount(tensor, shape) > MOST_ELEMENTS_CHOSEN)) return undefined;
  return numbersOf(task, trace);
}

/** All numbers of the smallest wrong case; undefined if even that one is not small. */
export function smallestNumbers(task: Task, traces: readonly Trace[]): CaseNumbers | undefined {
  const { inputs, outputs } = task.spec;
  const isSmall = ({ reference: { problem } }: Trace) =>
    [...inputs, ...outputs].every((tensor) => fitsScreen(dimSizes(tensor, problem.shape)));
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
  const estimates = wholeEstimates(task, reference);
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
    inputs: inputNumbers(task, problem),
    outputs: Object.fromEntries(task.spec.outputs.map((spec) => [spec.name, output(spec)])),
  };
}

function inputNumbers({ spec }: Task, { shape, inputs }: Problem): Record<string, TensorNumbers> {
  const tensor = (input: TensorSpec): TensorNumbers => {
    const dims = dimSizes(input, shape);
    return { dims, values: Array.from(unpacked(input.type, dims.at(-1) ?? 1, inputs[input.name]!), jsonNumber) };
  };
  return Object.fromEntries(spec.inputs.map((input) => [input.name, tensor(input)]));
}

/** All numbers of a problem that no kernel has solved. */
export function problemNumbers(
  task: Task,
  problem: Problem,
  estimates: Estimates,
): Pick<CaseNumbers, "inputs"> & { readonly outputs: Readonly<Record<string, ExpectedNumbers>> } {
  const output = (spec: TensorSpec): ExpectedNumbers => ({
    dims: dimSizes(spec, problem.shape),
    expected: Array.from(estimates[spec.name]!.expected, jsonNumber),
  });
  return {
    inputs: inputNumbers(task, problem),
    outputs: Object.fromEntries(task.spec.outputs.map((spec) => [spec.name, output(spec)])),
  };
}
