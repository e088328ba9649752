import type { Params, Problem, Shape, Tensor } from "../../reference/oracle.ts";
import type { CaseLibrary } from "./case-library.ts";
import { finite } from "./constraints.ts";
import { type Draw, ends } from "./data-library.ts";
import { dimSizes } from "./dims.ts";
import { editedPlan, withEdits } from "./edits.ts";
import { type OnePass, onePassPlan, starterOf, withoutMarks } from "./one-pass.ts";
import type { PlanFunction } from "./plan.ts";
import { exactOutputs, oracleOf, type ReferenceFunction } from "./reference-oracle.ts";
import type { Constraint, DataKind, DeclaredRange, EditedMistake, Task, TaskSpec, TensorSpec } from "./task.ts";

interface TensorDefinition {
  readonly dims: readonly string[];
  readonly about: string;
  /** `f32` by default. */
  readonly type?: "f32" | "u32";
}

interface InputDefinition extends TensorDefinition {
  /** What values a kernel may meet: both ends are among the cases of every run. */
  readonly range: readonly [least: number, most: number];
}

/** A kind of data: how each input is drawn. Those that it leaves out are drawn as in `plain`. */
export type KindDefinition<I extends string> = readonly [about: string, draws: Readonly<Partial<Record<I, Draw>>>];

/** All that is said of a task whose function is written once, over bounded numbers, and whose kernels take one pass. */
export interface TaskDefinition<K extends string, P extends string, I extends string, O extends string> {
  readonly name: string;
  readonly family: string;
  readonly title: string;
  readonly statement: string;
  /** A small problem; its result, with the problem, ends the statement. */
  readonly example: {
    readonly shape: Shape<K>;
    readonly params: Params<P>;
    readonly inputs: Readonly<Record<I, readonly number[]>>;
  };
  readonly hints: readonly string[];
  readonly shape: Readonly<Record<K, string>>;
  /** Each param's meaning, and the values that cases take in turn. */
  readonly params: Readonly<Record<P, readonly [about: string, ...values: number[]]>>;
  readonly inputs: Readonly<Record<I, InputDefinition>>;
  readonly outputs: Readonly<Record<O, TensorDefinition>>;
  /** The axes that every output begins with, and along which it is computed piece by piece. */
  readonly unit: readonly NoInfer<K>[];
  readonly reference: ReferenceFunction<K, P, I, O>;
  readonly constraints?: readonly Constraint<NoInfer<K>, NoInfer<P>>[];
  readonly cases: CaseLibrary<K, P>;
  /** Includes `plain`. If `ends` is missing, it is added: values at both ends of all ranges. */
  readonly data: Readonly<Record<"plain", KindDefinition<I>> & Record<string, KindDefinition<I>>>;
  /** Bytes; room for 64 partial results of each unit by default. */
  readonly scratchLimitBytes?: (shape: Shape<K>) => number;
  readonly flops: (shape: Shape<K>) => number;
  readonly mistakes: readonly EditedMistake[];
  readonly plain: OnePass<NoInfer<K>>;
  readonly tuned?: OnePass<NoInfer<K>> | PlanFunction<K, P>;
}

const PARTIAL_BYTES = 64 * 4;

/** Makes a task, as judging, measuring and reports need it, from its definition. */
export function composeTask<
  const K extends string,
  const P extends string,
  const I extends string,
  const O extends string,
>(definition: TaskDefinition<K, P, I, O>): Task<K, P> {
  const { name, tuned, unit, reference } = definition;
  const plainPass = { ...definition.plain, code: withoutMarks(definition.plain.code) };
  const inputs = tensorsOf(definition.inputs);
  const outputs = tensorsOf(definition.outputs);
  const parts = { unit, inputs, outputs, reference };
  const oracle = oracleOf(parts);
  const kinds = { ends: endsOf(definition), ...definition.data };
  const paramValues = mapValues(definition.params, ([, ...values]) => values);
  const spec: TaskSpec<K, P> = {
    name,
    family: definition.family,
    title: definition.title,
    statement: `${definition.statement.trim()}\n\n${exampleText(definition, inputs, exactOutputs(parts, exampleProblem(definition)))}`,
    hints: definition.hints,
    shape: definition.shape,
    params: mapValues(definition.params, ([about]) => about),
    inputs,
    outputs,
    ranges: rangesOf(definition.inputs),
    constraints: [finite, ...(definition.constraints ?? [])],
    ...definition.cases({ params: paramValues, kinds: Object.keys(kinds) }),
    scratchLimitBytes: definition.scratchLimitBytes ?? ((shape) => PARTIAL_BYTES * oracle.units(shape)),
    flops: definition.flops,
  };
  const plain = onePassPlan(spec, plainPass);
  return {
    spec,
    data: Object.entries(kinds).map(([kind, about]) => dataKind(definition, kind, about)),
    oracle,
    mistakes: definition.mistakes,
    plain,
    tuned: tuned === undefined ? plain : typeof tuned === "function" ? tuned : onePassPlan(spec, tuned),
    starter: starterOf(name, spec, definition.plain),
    mistaken: mistakenPlans(definition, plain, plainPass.code),
  };
}

function tensorsOf(definitions: Readonly<Record<string, TensorDefinition>>): TensorSpec[] {
  return Object.entries(definitions).map(([name, { dims, about, type = "f32" }]) => ({ name, type, dims, about }));
}

function rangesOf<K extends string, P extends string>(
  inputs: Readonly<Record<string, InputDefinition>>,
): DeclaredRange<K, P>[] {
  return Object.entries(inputs).map(
    ([
      name,
      {
        range: [least, most],
      },
    ]) => ({
      of: `\`${name}\``,
      least,
      most,
      values: (problem) => problem.inputs[name]!,
    }),
  );
}

function dataKind<K extends string, P extends string, I extends string>(
  { inputs, data }: TaskDefinition<K, P, I, string>,
  name: string,
  [about, draws]: KindDefinition<I>,
): DataKind<K, P> {
  return {
    name,
    about,
    draw(random, shape) {
      const drawn: Record<string, Tensor> = {};
      for (const input of Object.keys(inputs) as I[]) {
        const draw = draws[input] ?? data.plain[1][input];
        if (draw === undefined) throw new Error(`data kind "${name}" does not say how to draw ${input}`);
        const sizes = dimSizes({ name: input, dims: inputs[input].dims }, shape);
        const cols = sizes.at(-1)!;
        const rows = sizes.reduce((product, size) => product * size, 1) / cols;
        const { range } = inputs[input];
        drawn[input] = keptTo(range, draw(random, { rows, cols, range }));
      }
      return drawn;
    },
  };
}

/** A range is a promise, so the tails of a normal distribution are clamped to it. */
function keptTo([least, most]: readonly [number, number], values: Tensor): Tensor {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, least), most);
  return values;
}

function endsOf<I extends string>({ inputs }: { readonly inputs: Readonly<Record<I, InputDefinition>> }) {
  const draws = mapValues(inputs, (): Draw => ends);
  return ["both ends of every declared range", draws] as const satisfies KindDefinition<I>;
}

function mistakenPlans<K extends string, P extends string>(
  { name, mistakes }: Pick<TaskDefinition<K, P, string, string>, "name" | "mistakes">,
  plain: PlanFunction<K, P>,
  code: string,
): Record<string, PlanFunction<K, P>> {
  return Object.fromEntries(
    mistakes.map(({ name: mistake, edits }): [string, PlanFunction<K, P>] => {
      // Here already, so that an edit that does not fit is found before any run.
      withEdits([code], edits, `plain.wgsl of ${name}, mistake "${mistake}"`);
      return [mistake, editedPlan(plain, ...edits)];
    }),
  );
}

function exampleProblem<K extends string, P extends string, I extends string>({
  example: { shape, params, inputs },
  inputs: definitions,
}: TaskDefinition<K, P, I, string>): Problem<K, P> {
  const tensor = (name: I, values: readonly number[]): Tensor =>
    definitions[name].type === "u32" ? Uint32Array.from(values) : Float32Array.from(values);
  const names = Object.keys(inputs) as I[];
  return { shape, params, inputs: Object.fromEntries(names.map((name) => [name, tensor(name, inputs[name])])) };
}

/** `With eps = 0, x = [[3, 4]] and gamma = [1, 2], y is [[0.8485, 2.263]].` */
function exampleText<K extends string, P extends string, I extends string>(
  { example, outputs }: TaskDefinition<K, P, I, string>,
  inputs: readonly TensorSpec[],
  results: Readonly<Record<string, Float64Array>>,
): string {
  const given = [
    ...Object.entries<number>(example.params).map(([name, value]) => `${name} = ${value}`),
    ...inputs.map((spec) => `${spec.name} = ${nested(example.inputs[spec.name as I], dimSizes(spec, example.shape))}`),
  ];
  const found = tensorsOf(outputs).map(
    (spec) => `${spec.name} = ${nested([...results[spec.name]!], dimSizes(spec, example.shape))}`,
  );
  return ["For example:", "", ...given.map((line) => `    ${line}`), ...found.map((line) => `    → ${line}`)].join(
    "\n",
  );
}

function nested(values: readonly number[], sizes: readonly number[]): string {
  const [size, ...inner] = sizes;
  if (inner.length === 0) return `[${values.map((value) => Number(value.toPrecision(4))).join(", ")}]`;
  const step = values.length / size!;
  return `[${Array.from({ length: size! }, (_, i) => nested(values.slice(i * step, (i + 1) * step), inner)).join(", ")}]`;
}

function mapValues<N extends string, A, B>(record: Readonly<Record<N, A>>, of: (value: A) => B): Record<N, B> {
  return Object.fromEntries(Object.entries<A>(record).map(([name, value]) => [name, of(value)])) as Record<N, B>;
}
