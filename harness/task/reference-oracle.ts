import { bounded, float64, type Vector } from "../../reference/bounded.ts";
import type { Oracle, Problem, Shape, Tensor } from "../../reference/oracle.ts";
import { MIN_NORMAL } from "../../reference/rounding.ts";
import { elementCount } from "./dims.ts";
import type { TensorSpec } from "./task.ts";

/** Sizes as numbers, params as vectors of one element, and the unit's index along the unit's axes. */
export type Given<K extends string, P extends string> = Readonly<Record<K, number>> &
  Readonly<Record<P, Vector>> & { readonly unit: number };

/** A task's function, of one unit, over bounded numbers. */
export type ReferenceFunction<K extends string, P extends string, I extends string, O extends string> = (
  inputs: Readonly<Record<I, Vector>>,
  given: Given<K, P>,
) => Readonly<Record<O, Vector>>;

export interface ReferenceDefinition<K extends string, P extends string, I extends string, O extends string> {
  /** The leading axes of every output, each index of which is evaluated separately: a row. Empty if the whole problem is one unit. */
  readonly unit: readonly K[];
  /** Inputs that begin with the unit's axes are given as the unit's part, others as a whole. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly reference: ReferenceFunction<K, P, I, O>;
}

/** The oracle of a reference function. What an output's bound is at least, a kernel's last store may flush. */
export function oracleOf<K extends string, P extends string, I extends string, O extends string>(
  definition: ReferenceDefinition<K, P, I, O>,
): Oracle<K, P> {
  const { unit: unitAxes, outputs, reference } = definition;
  const units = (shape: Shape<K>) => unitAxes.reduce((product, axis) => product * shape[axis], 1);
  return {
    units,
    prepare(problem: Problem<K, P>) {
      const unitInputs = cutInputs(definition, problem, bounded);
      const perUnit = outputs.map((output) => elementCount(output, problem.shape) / units(problem.shape));
      return (unit, into, slot) => {
        const { inputs, given } = unitInputs(unit);
        const results = reference(inputs, given);
        for (const [index, { name }] of outputs.entries()) {
          const { values, errors } = results[name as O];
          if (values.length !== perUnit[index]) {
            throw new Error(`the reference gives ${values.length} elements of ${name} for a unit of ${perUnit[index]}`);
          }
          const { expected, bound } = into[name]!;
          expected.set(values, slot * values.length);
          for (let i = 0; i < values.length; i++) {
            bound[slot * values.length + i] = Math.max(errors?.[i] ?? 0, MIN_NORMAL);
          }
        }
      };
    },
  };
}

/** The outputs in float64 alone, of every unit. */
export function exactOutputs<K extends string, P extends string, I extends string, O extends string>(
  definition: ReferenceDefinition<K, P, I, O>,
  problem: Problem<K, P>,
): Record<string, Float64Array> {
  const unitInputs = cutInputs(definition, problem, float64);
  const count = definition.unit.reduce((product, axis) => product * problem.shape[axis], 1);
  const outputs = Object.fromEntries(
    definition.outputs.map((output) => [output.name, new Float64Array(elementCount(output, problem.shape))]),
  );
  for (let unit = 0; unit < count; unit++) {
    const { inputs, given } = unitInputs(unit);
    const results = definition.reference(inputs, given);
    for (const { name } of definition.outputs) {
      const { values } = results[name as O];
      outputs[name]!.set(values, unit * values.length);
    }
  }
  return outputs;
}

function cutInputs<K extends string, P extends string, I extends string, O extends string>(
  { unit: unitAxes, inputs }: ReferenceDefinition<K, P, I, O>,
  { shape, params, inputs: tensors }: Problem<K, P>,
  arithmetic: (values: Tensor | readonly number[]) => Vector,
) {
  const count = unitAxes.reduce((product, axis) => product * shape[axis], 1);
  const whole = inputs.map((spec) => {
    const vector = arithmetic(tensors[spec.name]!);
    const isCut = unitAxes.length > 0 && unitAxes.every((axis, at) => spec.dims[at] === axis);
    return { name: spec.name, vector, perUnit: isCut ? vector.length / count : undefined };
  });
  const scalars = Object.fromEntries(
    Object.entries<number>(params).map(([name, value]) => [name, arithmetic([value])]),
  );
  return (unit: number): { readonly inputs: Readonly<Record<I, Vector>>; readonly given: Given<K, P> } => {
    const own: Record<string, Vector> = {};
    for (const { name, vector, perUnit } of whole) {
      own[name] = perUnit === undefined ? vector : vector.slice(unit * perUnit, perUnit);
    }
    // Names come from the definition's own keys, which TypeScript cannot follow through Object.fromEntries.
    return { inputs: own as Record<I, Vector>, given: { ...shape, ...scalars, unit } as Given<K, P> };
  };
}
