import type { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import type { Program } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import type { BufferDump } from "../results/case-numbers.ts";
import { jsonNumber } from "../results/evidence.ts";
import { integerOutputs, outputSizes } from "../task/case.ts";
import type { Pass } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { count } from "../text/count.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { variableAt } from "../wgsl/declared-variables.ts";
import { type ScalarType, scalarTypeAt } from "../wgsl/scalar-type.ts";
import { drawPoison } from "./poison.ts";
import type { CaseReference } from "./reference.ts";

/** A buffer to show after a pass. */
export interface DumpRequest {
  readonly buffer: string;
  /** A number from 1, or the name of an entry point; the last pass by default. */
  readonly after?: string | undefined;
}

/** The numbers to show to a candidate, which give away a case's inputs. */
export interface ShowRequest {
  /** Shows the numbers of the first case, right or wrong, instead of those of the smallest wrong case if it is small. */
  readonly isChosen: boolean;
  readonly dumps: readonly DumpRequest[];
}

/** More elements of a buffer are not sent: they would not be read. */
const MOST_VALUES = 4096;

/** Runs a plan's passes up to the one in each request, and reads the buffer. */
export async function dumpBuffers(
  device: Device,
  task: Task,
  program: Program,
  reference: CaseReference,
  random: Random,
  requests: readonly DumpRequest[],
): Promise<BufferDump[]> {
  const dumps: BufferDump[] = [];
  for (const request of requests) {
    const found = findPass(task, program, request);
    dumps.push("problem" in found ? found : await dumpAfter(device, task, program, reference, random, found));
  }
  return dumps;
}

interface Found {
  readonly buffer: string;
  readonly afterPass: number;
}

function findPass({ spec }: Task, { plan }: Program, { buffer, after }: DumpRequest): Found | BufferDump {
  const { passes, scratch = {} } = plan;
  const names = [...Object.keys(scratch), ...spec.outputs.map(({ name }) => name)];
  if (!names.includes(buffer)) {
    const problem = `The plan has no scratch buffer "${buffer}".${didYouMean(buffer, names)}`;
    return { buffer, problem, hint: `--dump takes ${names.join(", ")}.` };
  }
  if (after === undefined) return { buffer, afterPass: passes.length };
  if (/^\d+$/.test(after)) {
    const afterPass = Number(after);
    if (afterPass >= 1 && afterPass <= passes.length) return { buffer, afterPass };
    const problem = `The plan has ${count(passes.length, "pass", "passes")}, but --dump names pass ${after}.`;
    return { buffer, problem, hint: `Passes count from 1: --dump ${buffer}@1` };
  }
  const entryPoints = passes.flatMap(({ entryPoint }) => entryPoint ?? []);
  const last = passes.findLastIndex(({ entryPoint }) => entryPoint === after);
  if (last >= 0) return { buffer, afterPass: last + 1 };
  const problem = `No pass of the plan has the \`entryPoint\` "${after}".${didYouMean(after, entryPoints)}`;
  return { buffer, problem, hint: `Name an entry point, or number the passes from 1: --dump ${buffer}@1` };
}

async function dumpAfter(
  device: Device,
  task: Task,
  { plan, steps }: Program,
  { problem, typical }: CaseReference,
  random: Random,
  { buffer, afterPass }: Found,
): Promise<BufferDump> {
  const sizes = outputSizes(task, problem.shape);
  const bytes = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, 4 * size]));
  const workspace = new Workspace(device, problem.inputs, bytes, plan, { readsScratch: true });
  try {
    const poison = drawPoison(random, sizes, "nan", typical, integerOutputs(task));
    const ran = await workspace.runAndRead({ plan, steps: steps.slice(0, afterPass) }, poison, buffer);
    if ("verdict" in ran) return { buffer, problem: ran.message, hint: "Fix what `check` says first." };
    const type = declaredType(plan.passes.slice(0, afterPass), buffer) ?? declaredType(plan.passes, buffer) ?? "f32";
    const words = new Uint32Array(ran);
    const values = elementsOf(ran, type);
    const perWord = values.length / words.length;
    const before = poison[buffer];
    const shown = Array.from(values.slice(0, MOST_VALUES), (value, at) => {
      const word = Math.floor(at / perWord);
      return before !== undefined && words[word] === before[word] ? null : jsonNumber(value);
    });
    return {
      ...{ buffer, caseIndex: 0, afterPass, passCount: steps.length, type },
      elementCount: values.length,
      values: shown,
    };
  } finally {
    workspace.destroy();
  }
}

/** The type of a buffer's elements in the last pass that binds it. */
function declaredType(passes: readonly Pass[], buffer: string): ScalarType | undefined {
  const pass = passes.findLast(({ bindings }) => bindings.includes(buffer));
  if (pass === undefined) return undefined;
  const at = { group: 0, binding: pass.bindings.indexOf(buffer) };
  const variable = variableAt(pass.code, pass.entryPoint, at);
  return variable && scalarTypeAt(pass.code, variable.offset);
}

function elementsOf(
  bytes: ArrayBuffer,
  type: ScalarType,
): ArrayLike<number> & { slice(from: number, to: number): Iterable<number> } {
  switch (type) {
    case "f32":
      return new Float32Array(bytes);
    case "u32":
      return new Uint32Array(bytes);
    case "i32":
      return new Int32Array(bytes);
    case "f16":
      return Float32Array.from(new Uint16Array(bytes), f16Value);
  }
}

/** Node 20 has no Float16Array. */
function f16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
