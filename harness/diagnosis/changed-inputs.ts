import {
  type Estimates,
  evaluate,
  type Problem,
  type Tensor,
  type Tensors,
  UnsolvableProblem,
} from "../../reference/oracle.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import type { Finding } from "../results/finding.ts";
import { outputSizes } from "../task/case.ts";
import { brokenByDimensions } from "../task/constraints.ts";
import { dimSizes } from "../task/dims.ts";
import type { Task, TensorSpec } from "../task/task.ts";
import { type Budget, operationsToAnswer } from "./budget.ts";
import type { Observed } from "./observed.ts";

/** Inputs or params that a kernel may have used instead of the given ones. */
interface Change {
  readonly kind: string;
  /** Completes "Likely cause: …". */
  readonly about: string;
  /** undefined if the change has no effect or makes no sense. */
  apply(problem: Problem): Problem | undefined;
}

/** All outputs of a case. */
export type WholeCase = readonly Observed[];

const MOST_CONFIRMED = 3;

/**
 * A change of the inputs with which the oracle gives the kernel's output: a tensor that is not used, used twice,
 * mistaken for another, or cut. It must explain the first wrong case, some of the others, and some correct ones.
 */
export function findChangedInput(
  task: Task,
  wrong: readonly WholeCase[],
  right: readonly WholeCase[],
  budget: Budget,
): Finding | undefined {
  const [first, ...others] = wrong;
  const isInformative = (one: WholeCase) => one.some(({ wrongCount }) => wrongCount >= 2);
  const asked = [first!, ...others.filter(isInformative).slice(0, MOST_CONFIRMED)];
  if (!asked.some(isInformative)) return undefined;
  const confirming = right.slice(0, MOST_CONFIRMED);
  for (const change of changes(task, first![0]!.problem)) {
    if (![...asked, ...confirming].every((one) => gives(task, change, one, budget))) continue;
    return { aspect: "why", kind: change.kind, sentence: `Likely cause: ${change.about}.`, isGuess: true };
  }
  return undefined;
}

/** Whether the oracle gives the kernel's output on the changed inputs; false if the budget is used up. */
function gives(task: Task, change: Change, outputs: WholeCase, budget: Budget): boolean {
  const { problem } = outputs[0]!;
  const changed = change.apply(problem) ?? problem;
  const isWrong = outputs.some(({ wrongCount }) => wrongCount > 0);
  if (changed === problem) return !isWrong;
  if (!budget.take(operationsToAnswer(task.spec.flops(problem.shape, problem.params)))) return false;
  const estimates = answerTo(task, changed);
  if (estimates === undefined) return false;
  return outputs.every((one) => explainsOutput(one.got, estimates[one.output]!.expected, one));
}

/** The oracle's answer; undefined if the changed problem has none. */
function answerTo(task: Task, problem: Problem): Estimates | undefined {
  // A param of 0 may be excluded, such as a temperature.
  if (brokenByDimensions(task.spec, problem) !== undefined) return undefined;
  // Oracles are written for finite inputs, and zeros have no inverse.
  if (!Object.values(problem.inputs).every((input) => input.every(Number.isFinite))) return undefined;
  try {
    return evaluate(task.oracle, problem, outputSizes(task, problem.shape));
  } catch (error) {
    if (error instanceof UnsolvableProblem) return undefined;
    throw error;
  }
}

function changes(task: Task, { params }: Problem): Change[] {
  const floats = task.spec.inputs.filter(({ type }) => type === "f32");
  const words = task.spec.inputs.filter(({ type }) => type === "u32");
  return [
    ...Object.keys(params).map(paramUnused),
    ...[...floats, ...words].flatMap((tensor) => [...others(tensor, task.spec.inputs), ...alongAxes(tensor)]),
    ...floats.flatMap((tensor) => [...filled(tensor), ...cuts(tensor)]),
  ];
}

function paramUnused(name: string): Change {
  return {
    kind: "param-unused",
    about: `\`${name}\` is treated as 0`,
    apply: (problem) =>
      problem.params[name] === 0 ? undefined : { ...problem, params: { ...problem.params, [name]: 0 } },
  };
}

function withInput(problem: Problem, name: string, tensor: Tensor): Problem {
  return { ...problem, inputs: { ...problem.inputs, [name]: tensor } as Tensors };
}

function mapped(tensor: TensorSpec, kind: string, about: string, map: (value: number) => number): Change {
  return {
    kind,
    about,
    apply: (problem) => withInput(problem, tensor.name, (problem.inputs[tensor.name] as Float32Array).map(map)),
  };
}

function filled(tensor: TensorSpec): Change[] {
  const name = `\`${tensor.name}\``;
  return [
    mapped(tensor, "input-unused", `${name} is not used, or treated as 0`, () => 0),
    mapped(tensor, "input-unused", `${name} is not used, or treated as 1`, () => 1),
    mapped(tensor, "input-twice", `${name} is applied twice`, (value) => value * value),
    mapped(tensor, "input-doubled", `${name} is added twice`, (value) => 2 * value),
    mapped(tensor, "input-negated", `a sign is wrong: these are the results for -${name}`, (value) => -value),
    mapped(
      tensor,
      "input-inverted",
      `results are divided by ${name} instead of multiplied by it`,
      (value) => 1 / value,
    ),
  ];
}

/** Another tensor of the same type and sizes is read instead, or the two are exchanged. */
function others(tensor: TensorSpec, inputs: readonly TensorSpec[]): Change[] {
  const alike = inputs.filter(
    ({ name, type, dims }) => name !== tensor.name && type === tensor.type && dims.join() === tensor.dims.join(),
  );
  return alike.map(({ name }) => ({
    kind: "input-mistaken",
    about: `\`${name}\` is read instead of \`${tensor.name}\`: check the order of the bindings`,
    apply: (problem) => withInput(problem, tensor.name, problem.inputs[name]!),
  }));
}

/** The first slice is used for all, or a neighbouring one for each. */
function alongAxes(tensor: TensorSpec): Change[] {
  return tensor.dims.flatMap((dim, axis): Change[] => [
    {
      kind: "first-of-input",
      about: `the first entry of \`${tensor.name}\` along ${dim} is used for all of them`,
      apply: (problem) => moved(problem, tensor, axis, () => 0),
    },
    {
      kind: "next-of-input",
      about: `the next entry of \`${tensor.name}\` along ${dim} is read instead of the current one`,
      apply: (problem) => shifted(problem, tensor, axis, 1),
    },
    {
      kind: "previous-of-input",
      about: `the previous entry of \`${tensor.name}\` along ${dim} is read instead of the current one`,
      apply: (problem) => shifted(problem, tensor, axis, -1),
    },
  ]);
}

/** The tensor as a kernel sees it that reads another index of an axis. */
function moved(
  problem: Problem,
  tensor: TensorSpec,
  axis: number,
  index: (own: number) => number,
): Problem | undefined {
  const sizes = dimSizes(tensor, problem.shape);
  if (sizes[axis] === 1) return undefined;
  const stride = sizes.slice(axis + 1).reduce((product, size) => product * size, 1);
  const given = problem.inputs[tensor.name]!;
  const result = given.map((_, at) => {
    const own = Math.floor(at / stride) % sizes[axis]!;
    return given[at + (index(own) - own) * stride]!;
  });
  return withInput(problem, tensor.name, result);
}

/** As a kernel sees it that adds to the address: past the end it reads the last element, as robust drivers do. */
function shifted(problem: Problem, tensor: TensorSpec, axis: number, by: number): Problem | undefined {
  const sizes = dimSizes(tensor, problem.shape);
  const stride = sizes.slice(axis + 1).reduce((product, size) => product * size, by);
  const given = problem.inputs[tensor.name]!;
  if (given.length === 1) return undefined;
  const clamp = (at: number) => Math.min(given.length - 1, Math.max(0, at));
  return withInput(
    problem,
    tensor.name,
    given.map((_, at) => given[clamp(at + stride)]!),
  );
}

const TILES = [4, 8, 16, 32, 64, 128, 256];

/** Elements that a loop skips: zeros, in sums of products. */
function cuts(tensor: TensorSpec): Change[] {
  return tensor.dims.flatMap((dim, axis) => [
    cut(tensor, axis, `the last entry of \`${tensor.name}\` along ${dim} is skipped`, (i, size) => i < size - 1),
    ...TILES.map((tile) =>
      cut(
        tensor,
        axis,
        `entries of \`${tensor.name}\` past the last multiple of ${tile} along ${dim} are skipped`,
        (i, size) => i < Math.floor(size / tile) * tile,
      ),
    ),
    ...TILES.map((tile) =>
      cut(tensor, axis, `only the first ${tile} entries of \`${tensor.name}\` along ${dim} are used`, (i) => i < tile),
    ),
    ...TILES.map((tile) =>
      cut(
        tensor,
        axis,
        `only the last tile of ${tile} entries of \`${tensor.name}\` along ${dim} counts: a sum is reset between tiles`,
        (i, size) => i >= Math.floor((size - 1) / tile) * tile,
      ),
    ),
  ]);
}

function cut(
  tensor: TensorSpec,
  axis: number,
  about: string,
  isKept: (index: number, size: number) => boolean,
): Change {
  return {
    kind: "input-cut",
    about,
    apply(problem) {
      const sizes = dimSizes(tensor, problem.shape);
      const size = sizes[axis]!;
      const stride = sizes.slice(axis + 1).reduce((product, other) => product * other, 1);
      const given = problem.inputs[tensor.name] as Float32Array;
      let isChanged = false;
      const result = given.map((value, at) => {
        if (isKept(Math.floor(at / stride) % size, size)) return value;
        isChanged = true;
        return 0;
      });
      return isChanged ? withInput(problem, tensor.name, result) : undefined;
    },
  };
}
