import {
  evaluate,
  type Oracle,
  type Params,
  type Problem,
  type Shape,
  type Tensor,
  type Tensors,
} from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import { UserError } from "../text/user-error.ts";
import { byDeviceKind } from "./by-device-kind.ts";
import { describeCase } from "./case.ts";
import type { CaseLibrary } from "./case-library.ts";
import { finite, masksAllowed } from "./constraints.ts";
import { type Draw, ends } from "./data-library.ts";
import { dimSizes, elementCount } from "./dims.ts";
import { changedPlan, withEdits } from "./edits.ts";
import { packed, unpacked } from "./element-types.ts";
import { onePassPlan, planSources, starterOf, withoutMarks, writtenStarter } from "./one-pass.ts";
import type { OnePass, PlanFunction } from "./plan.ts";
import { oracleOf, type Reference } from "./reference-oracle.ts";
import type {
  Constraint,
  DataKind,
  DeclaredRange,
  ElementType,
  LearningStep,
  Mistake,
  Starter,
  Task,
  TaskSpec,
  TensorSpec,
} from "./task.ts";

interface TensorDefinition {
  readonly dims: readonly string[];
  readonly about: string;
  /** `f32` by default. */
  readonly type?: ElementType;
}

interface InputDefinition extends TensorDefinition {
  /** The values that a kernel may meet: both ends are among the cases of every run. Packed integers have their type's. */
  readonly range?: readonly [least: number, most: number];
  /** A value outside of the range that also occurs, with its meaning: masked entries. */
  readonly except?: readonly [value: number, meaning: string];
}

/** Draws all inputs together, for inputs that depend on each other. */
export type DrawInputs<K extends string, P extends string> = (
  random: Random,
  shape: Shape<K>,
  params: Params<P>,
) => Tensors;

/**
 * A kind of data: how each input is drawn, or all of them together. Inputs that it omits are drawn as in `plain`. One that
 * covers both ends of some ranges says so, and such kinds must cover all of them together; so does one about ties, which
 * may leave `certain` outputs uncertain.
 */
export type KindDefinition<K extends string, P extends string, I extends string> = readonly [
  about: string,
  draws: Readonly<Partial<Record<I, Draw>>> | DrawInputs<K, P>,
  covers?: "ends" | "ties" | undefined,
];

/** Tuned kernels for software adapters, where the plain one may be the fastest, and for GPUs. */
interface KernelsByDeviceKind<K extends string, P extends string> {
  readonly software: "plain" | OnePass<K> | PlanFunction<K, P>;
  /** Which problems the one for software adapters takes; the others get the plain kernel there. */
  readonly fitsSoftware?: (shape: Shape<K>, params: Params<P>) => boolean;
  readonly hardware: OnePass<K> | PlanFunction<K, P>;
}

interface CommonDefinition<K extends string, P extends string, I extends string, O extends string> {
  readonly name: string;
  readonly family: string;
  readonly title: string;
  readonly step?: LearningStep;
  readonly statement: string;
  /** A small problem, if there is one to print; it ends the statement, with its result. */
  readonly example?: {
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
  /**
   * Outputs with choices on which other outputs depend, such as labels that decide sums. Inputs that let one of these
   * choices go either way are drawn again.
   */
  readonly certain?: readonly NoInfer<O>[];
  /** Ranges of quantities that are no input: scores, sums. */
  readonly ranges?: readonly DeclaredRange<NoInfer<K>, NoInfer<P>>[];
  /** `finite` is added, unless they include `masksAllowed`. */
  readonly constraints?: readonly Constraint<NoInfer<K>, NoInfer<P>>[];
  readonly cases: CaseLibrary<K, P>;
  /**
   * Includes `plain`. If no kind is named `ends` or covers the ends, and `plain` draws each input by itself, `ends` is
   * added: values at both ends of all ranges.
   */
  readonly data: Readonly<Record<"plain", KindDefinition<NoInfer<K>, NoInfer<P>, I>>> &
    Readonly<Record<string, KindDefinition<NoInfer<K>, NoInfer<P>, I>>>;
  /** Bytes; room for 64 partial results of each unit by default. */
  readonly scratchLimitBytes?: (shape: Shape<K>) => number;
  readonly flops: (shape: Shape<K>, params: Params<P>) => number;
  readonly mistakes: readonly Mistake[];
  readonly plain: OnePass<NoInfer<K>> | PlanFunction<K, P>;
  readonly tuned?: OnePass<NoInfer<K>> | PlanFunction<K, P> | KernelsByDeviceKind<NoInfer<K>, NoInfer<P>>;
  /** Only if `plain` has several passes; otherwise marked regions of the plain kernel make it. */
  readonly starter?: OnePass<NoInfer<K>>;
}

interface ReferencePart<K extends string, P extends string, I extends string, O extends string> {
  /** The axes that every output begins with, and along which it is computed piece by piece. */
  readonly unit: readonly NoInfer<K>[];
  readonly reference: Reference<K, P, I, O>;
  readonly arithmetic?: "monte-carlo";
  readonly goldenOfLargest?: true;
}

/** For a function whose bound is derived by hand. */
interface OraclePart<K extends string, P extends string> {
  readonly oracle: Oracle<K, P>;
}

/** The definition of a task. Its function is written once, over bounded numbers, and once in WGSL. */
export type TaskDefinition<K extends string, P extends string, I extends string, O extends string> = CommonDefinition<
  K,
  P,
  I,
  O
> &
  (ReferencePart<K, P, I, O> | OraclePart<K, P>);

const PARTIAL_BYTES = 64 * 4;

/** Makes a task, as judging, measuring and reports need it, from its definition. */
export function composeTask<
  const K extends string,
  const P extends string,
  const I extends string,
  const O extends string,
>(definition: TaskDefinition<K, P, I, O>): Task<K, P> {
  const { name, tuned, constraints = [] } = definition;
  const inputs = tensorsOf(definition.inputs);
  const outputs = tensorsOf(definition.outputs);
  const oracle = "oracle" in definition ? definition.oracle : oracleOf({ ...definition, inputs, outputs });
  const kinds = withEnds(definition);
  const paramValues = mapValues(definition.params, ([, ...values]) => values);
  const spec: TaskSpec<K, P> = {
    name,
    family: definition.family,
    title: definition.title,
    step: definition.step,
    /** The example is computed only where the statement is read. */
    get statement() {
      return [definition.statement.trim(), ...exampleText(definition, inputs, outputs, oracle)].join("\n\n");
    },
    hints: definition.hints,
    shape: definition.shape,
    params: mapValues(definition.params, ([about]) => about),
    inputs,
    outputs,
    ranges: [...rangesOf<K, P>(definition.inputs), ...(definition.ranges ?? [])],
    constraints: constraints.includes(masksAllowed) ? constraints : [finite, ...constraints],
    ...definition.cases({ params: paramValues, kinds: Object.keys(kinds) }),
    scratchLimitBytes: definition.scratchLimitBytes ?? ((shape) => PARTIAL_BYTES * oracle.units(shape)),
    flops: definition.flops,
  };
  const planOf = (kernel: OnePass<K> | PlanFunction<K, P>) =>
    typeof kernel === "function" ? kernel : onePassPlan(spec, unmarked(kernel));
  const plain = planOf(definition.plain);
  // Of a kernel that has two, neither is the whole.
  const onePassTuned =
    tuned !== undefined && isByKind(tuned) ? (tuned.software === "plain" ? tuned.hardware : undefined) : tuned;
  const tunedPlan = ({ software, fitsSoftware = () => true, hardware }: KernelsByDeviceKind<K, P>) => {
    const fitting = software === "plain" ? plain : planOf(software);
    return byDeviceKind({
      software: (context) => (fitsSoftware(context.shape, context.params) ? fitting : plain)(context),
      hardware: planOf(hardware),
    });
  };
  return {
    spec,
    data: Object.entries(kinds).map(([kind, about]) =>
      certainKind(definition, oracle, dataKind(definition, kind, about), about),
    ),
    oracle,
    mistakes: definition.mistakes,
    plain,
    tuned: tuned === undefined ? plain : isByKind(tuned) ? tunedPlan(tuned) : planOf(tuned),
    starter: starterFor(definition, spec),
    onePass: {
      ...(typeof definition.plain === "object" ? { plain: unmarked(definition.plain) } : {}),
      ...(typeof onePassTuned === "object" ? { tuned: unmarked(onePassTuned) } : {}),
    },
    mistaken: mistakenPlans(definition.mistakes, plain, spec),
  };
}

function isByKind<K extends string, P extends string>(
  tuned: NonNullable<TaskDefinition<K, P, string, string>["tuned"]>,
): tuned is KernelsByDeviceKind<K, P> {
  return "hardware" in tuned;
}

function unmarked<K extends string>(pass: OnePass<K>): OnePass<K> {
  return { ...pass, code: withoutMarks(pass.code) };
}

function starterFor<K extends string, P extends string>(
  { name, plain, starter }: TaskDefinition<K, P, string, string>,
  spec: TaskSpec<K, P>,
): Starter<K, P> {
  if (starter !== undefined) return writtenStarter(name, spec, starter);
  if (typeof plain !== "function") return starterOf(name, spec, plain);
  throw new UserError(
    `${name} has no starter: none can be made from a plain kernel whose plan is a function.`,
    "Give the task a `starter`: a kernel of one pass that compiles and is not yet correct.",
  );
}

function tensorsOf(definitions: Readonly<Record<string, TensorDefinition>>): TensorSpec[] {
  return Object.entries(definitions).map(([name, { dims, about, type = "f32" }]) => ({ name, type, dims, about }));
}

const PACKED_RANGES: Partial<Record<ElementType, readonly [least: number, most: number]>> = {
  i8: [-128, 127],
  u4: [0, 15],
};

function rangesOf<K extends string, P extends string>(
  inputs: Readonly<Record<string, InputDefinition>>,
): DeclaredRange<K, P>[] {
  return Object.entries(inputs).flatMap(([name, { type = "f32", dims, range = PACKED_RANGES[type], except }]) => {
    if (range === undefined) return [];
    const [least, most] = range;
    if (except === undefined) {
      const values = ({ shape, inputs: all }: Problem<K, P>) =>
        unpacked(type, dimSizes({ name, dims }, shape).at(-1)!, all[name]!);
      return [{ of: `\`${name}\``, least, most, values }];
    }
    const exempt = Math.fround(except[0]);
    const values = ({ inputs: all }: Problem<K, P>) => all[name]!.filter((value) => value !== exempt);
    return [{ of: `\`${name}\`, except ${except[1]}`, least, most, values }];
  });
}

function dataKind<K extends string, P extends string, I extends string>(
  { inputs, data }: TaskDefinition<K, P, I, string>,
  name: string,
  [about, draws]: KindDefinition<K, P, I>,
): DataKind<K, P> {
  return {
    name,
    about,
    draw(random, shape, params) {
      const [, plain] = data.plain;
      const isOwn = typeof draws === "function";
      const drawn: Record<string, Tensor> = isOwn ? { ...draws(random, shape, params) } : {};
      const missing = (Object.keys(inputs) as I[]).filter((input) => !(input in drawn));
      const others = typeof plain === "function" && missing.length > 0 ? plain(random, shape, params) : {};
      for (const input of missing) {
        const draw = (isOwn ? undefined : draws[input]) ?? (typeof plain === "function" ? undefined : plain[input]);
        if (draw === undefined) {
          if (!(input in others)) throw new Error(`data kind "${name}" does not say how to draw ${input}`);
          drawn[input] = others[input]!;
          continue;
        }
        const sizes = dimSizes({ name: input, dims: inputs[input].dims }, shape);
        const cols = sizes.at(-1)!;
        const rows = sizes.reduce((product, size) => product * size, 1) / cols;
        const { range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], except } = inputs[input];
        drawn[input] = keptTo(range, except?.[0], draw(random, { rows, cols, range }));
      }
      return drawn;
    },
  };
}

/** Choices among normal values are uncertain once in some hundred thousand. */
const MOST_DRAWS = 20;

/** The same kind of data, drawn again while a choice on which other outputs depend may go either way. */
function certainKind<K extends string, P extends string, I extends string, O extends string>(
  { name, outputs, certain }: TaskDefinition<K, P, I, O>,
  oracle: Oracle<K, P>,
  kind: DataKind<K, P>,
  [, , covers]: KindDefinition<K, P, I>,
): DataKind<K, P> {
  if (certain === undefined || covers === "ties") return kind;
  const specs = tensorsOf(outputs);
  return {
    ...kind,
    draw(random, shape, params) {
      const sizes = Object.fromEntries(specs.map((output) => [output.name, elementCount(output, shape)]));
      for (let draws = 0; draws < MOST_DRAWS; draws++) {
        const inputs = kind.draw(random, shape, params);
        const estimates = evaluate(oracle, { shape, params, inputs }, sizes);
        if (certain.every((output) => estimates[output]!.others!.size === 0)) return inputs;
      }
      throw new UserError(
        `Data kind "${kind.name}" of ${name}: a choice in ${certain.join(" or ")} may go either way in each of ${MOST_DRAWS} draws, and other outputs depend on it (${describeCase({ shape, params, data: kind.name })}).`,
        "Draw values that are farther apart, use a smaller shape, or mark the kind with `ties` if the reference bounds the other outputs anyway.",
      );
    },
  };
}

/** A range is a promise, so the tails of a normal distribution are clamped to it. */
function keptTo([least, most]: readonly [number, number], exempt: number | undefined, values: Tensor): Tensor {
  const kept = exempt === undefined ? undefined : Math.fround(exempt);
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== kept) values[i] = Math.min(Math.max(values[i]!, least), most);
  }
  return values;
}

function withEnds<K extends string, P extends string, I extends string>({
  inputs,
  data,
}: TaskDefinition<K, P, I, string>): Readonly<Record<string, KindDefinition<K, P, I>>> {
  if (typeof data.plain[1] === "function" || Object.values(data).some(([, , covers]) => covers === "ends")) return data;
  const ranged = (Object.keys(inputs) as I[]).filter((name) => inputs[name].range !== undefined);
  const draws = Object.fromEntries(ranged.map((name) => [name, ends])) as Partial<Record<I, Draw>>;
  return { ends: ["both ends of every declared range", draws], ...data };
}

function mistakenPlans<K extends string, P extends string>(
  mistakes: readonly Mistake[],
  plain: PlanFunction<K, P>,
  spec: TaskSpec<K, P>,
): Record<string, PlanFunction<K, P>> {
  const sources = planSources(spec, plain);
  return Object.fromEntries(
    mistakes.map((mistake): [string, PlanFunction<K, P>] => {
      // Here already, so that an edit that does not fit is found before any run.
      withEdits(sources, mistake.edits ?? [], `plain.wgsl of ${spec.name}, mistake "${mistake.name}"`);
      return [mistake.name, changedPlan(plain, mistake)];
    }),
  );
}

function exampleProblem<K extends string, P extends string, I extends string>(
  { shape, params, inputs }: NonNullable<TaskDefinition<K, P, I, string>["example"]>,
  definitions: Readonly<Record<I, InputDefinition>>,
): Problem<K, P> {
  const tensor = (name: I, values: readonly number[]): Tensor => {
    const { type = "f32", dims } = definitions[name];
    return packed(type, dimSizes({ name, dims }, shape).at(-1)!, values);
  };
  const names = Object.keys(inputs) as I[];
  return { shape, params, inputs: Object.fromEntries(names.map((name) => [name, tensor(name, inputs[name])])) };
}

function exampleText<K extends string, P extends string, I extends string>(
  definition: TaskDefinition<K, P, I, string>,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
  oracle: Oracle<K, P>,
): string[] {
  const { example } = definition;
  if (example === undefined) return [];
  const sizes = Object.fromEntries(outputs.map((output) => [output.name, elementCount(output, example.shape)]));
  const results = evaluate(oracle, exampleProblem(example, definition.inputs), sizes);
  const given = [
    ...Object.entries<number>(example.params).map(([name, value]) => `${name} = ${value}`),
    ...inputs.map((spec) => `${spec.name} = ${nested(example.inputs[spec.name as I], dimSizes(spec, example.shape))}`),
  ];
  const found = outputs.map(
    (spec) => `${spec.name} = ${nested([...results[spec.name]!.expected], dimSizes(spec, example.shape))}`,
  );
  return ["For example:", [...given.map((line) => `    ${line}`), ...found.map((line) => `    → ${line}`)].join("\n")];
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
