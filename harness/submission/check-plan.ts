import type { Shape } from "../../reference/oracle.ts";
import { KERNEL_FEATURES, WEBGPU_FEATURES } from "../gpu/webgpu-features.ts";
import { bufferBytes } from "../task/dims.ts";
import { defaultLimits, fixedLimits, type JudgingLimits } from "../task/limits.ts";
import type { DeviceContext, Pass, Plan } from "../task/plan.ts";
import type { TaskSpec } from "../task/task.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { CompileLoad } from "./compile-load.ts";
import { field, type Problem, quoted, readPlan, thereAre } from "./read-plan.ts";

/** A plan that fits its task, or why it does not: a sentence or two for each problem, printable. */
export type PlanCheck =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly verdict: "plan-error" | "memory-limit"; readonly problems: readonly string[] };

/** What of a task a plan is checked against. */
export type PlanInterface = Pick<TaskSpec<string, string>, "inputs" | "outputs" | "scratchLimitBytes">;

/** What of the limits a plan is checked against. */
export type PlanLimits = Pick<JudgingLimits, "passes" | "scratchTimes" | "gpuMebibytes">;

/** Twelve bytes: three u32 counts. */
const INDIRECT_BYTES = 12;

const PROBLEMS_SHOWN = 10;

/**
 * Checks what a plan function returned.
 *
 * @param value as the sandbox gave it
 * @param shape the shape that the plan was made for
 * @param deviceLimits by their names in WebGPU; one that is not there is not checked
 * @param compileLoad of the submission's plans for other shapes, to which this one is added
 */
export function checkPlan(
  value: unknown,
  spec: PlanInterface,
  shape: Shape,
  deviceLimits: DeviceContext["limits"],
  { passes, scratchTimes, gpuMebibytes }: PlanLimits = defaultLimits,
  compileLoad: CompileLoad = new CompileLoad(),
): PlanCheck {
  const read = readPlan(value, passes);
  if (!read.ok) return planError(read.problems);
  const plan: Plan = read.plan;
  const known = new Set([...tensorNames(spec), ...scratchNames(plan)]);
  const problems = [
    ...plan.passes.flatMap((pass, index) => passProblems(pass, index, plan, spec, known, deviceLimits)),
    ...unboundOutputs(plan, spec),
    ...scratchProblems(plan, spec),
    ...requiresProblems(plan),
  ];
  if (problems.length > 0) return planError(problems);
  const tooMuch =
    scratchExcess(plan, Math.floor(scratchTimes * spec.scratchLimitBytes(shape)), deviceLimits) ??
    gpuExcess(plan, spec, shape, gpuMebibytes);
  if (tooMuch !== undefined) return { ok: false, verdict: "memory-limit", problems: [tooMuch] };
  const added = compileLoad.add(plan);
  return added.ok ? added : { ok: false, verdict: "memory-limit", problems: [added.excess] };
}

function planError(all: readonly Problem[]): PlanCheck {
  const shown = all.slice(0, PROBLEMS_SHOWN).map((problem) => problem());
  const more = all.length - shown.length;
  const problems = more > 0 ? [...shown, `There are ${more} more problems like these.`] : shown;
  return { ok: false, verdict: "plan-error", problems };
}

function passProblems(
  pass: Pass,
  index: number,
  plan: Plan,
  spec: PlanInterface,
  known: ReadonlySet<string>,
  deviceLimits: DeviceContext["limits"],
): Problem[] {
  return [
    ...entryPointProblems(pass, index),
    ...constantProblems(pass, index),
    ...bindingProblems(pass, index, known),
    ...(isIndirect(pass.workgroups)
      ? indirectProblems(pass.workgroups, pass, index, plan, spec)
      : countProblems(pass.workgroups, index, deviceLimits.maxComputeWorkgroupsPerDimension ?? Infinity)),
  ];
}

function entryPointProblems({ entryPoint = "" }: Pass, index: number): Problem[] {
  const most = fixedLimits.entryPointChars;
  if (entryPoint.length <= most) return [];
  return [
    () =>
      `${field("passes", index, "entryPoint")} has ${entryPoint.length} characters, and the most is ${most}. Give the function a shorter name.`,
  ];
}

function constantProblems({ constants = {} }: Pass, index: number): Problem[] {
  const count = Object.keys(constants).length;
  const most = fixedLimits.passConstants;
  if (count <= most) return [];
  return [
    () =>
      `${field("passes", index, "constants")} has ${count} constants; the most is ${most}. Put a table into the WGSL source as a \`const\` array.`,
  ];
}

function bindingProblems({ bindings }: Pass, index: number, known: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  if (bindings.length > fixedLimits.storageBuffers) {
    problems.push(
      () =>
        `${field("passes", index, "bindings")} has ${bindings.length} names, and a pass can bind ${fixedLimits.storageBuffers} buffers. Put several scratch buffers into one.`,
    );
  }
  const firstAt = new Map<string, number>();
  for (const [at, name] of bindings.slice(0, fixedLimits.storageBuffers).entries()) {
    const where = () => field("passes", index, "bindings", at);
    if (!known.has(name)) {
      const mend = () => didYouMean(name, [...known], quoted) || thereAre([...known]);
      problems.push(
        () => `${where()} is ${quoted(name)}, which is neither a tensor of the task nor in \`scratch\`.${mend()}`,
      );
    }
    const earlier = firstAt.get(name);
    if (earlier !== undefined) {
      problems.push(
        () =>
          `${where()} is ${quoted(name)} again, after \`bindings[${earlier}]\`. Bind each buffer once in a pass, and use that binding in both places.`,
      );
    } else {
      firstAt.set(name, at);
    }
  }
  return problems;
}

function countProblems(counts: readonly number[], index: number, most: number): Problem[] {
  const where = field("passes", index, "workgroups");
  if (counts.length < 1 || counts.length > 3) {
    return [() => `${where} has ${counts.length} counts. Give one to three: \`[x, y, z]\`.`];
  }
  return counts.flatMap((count, axis) => {
    const at = field("passes", index, "workgroups", axis);
    if (!Number.isInteger(count) || count < 1) {
      const mend = Number.isInteger(count) ? "" : " Round it up with `Math.ceil` or `ceilDiv`.";
      return [() => `${at} is ${count}, and must be a whole number of at least 1.${mend}`];
    }
    if (count <= most) return [];
    const spread =
      counts.length === 1
        ? `Spread them over y: \`[${most}, ${Math.ceil(count / most)}]\`, number the workgroups \`workgroup_id.y * ${most} + workgroup_id.x\`, and let those past the end return.`
        : "Spread them over another axis, or give each workgroup more to do.";
    return [() => `${at} is ${count}, and the device allows ${most} along one axis. ${spread}`];
  });
}

interface Indirect {
  readonly indirect: string;
  readonly offset?: number | undefined;
}

function isIndirect(workgroups: Pass["workgroups"]): workgroups is Indirect {
  return !Array.isArray(workgroups);
}

function indirectProblems(
  { indirect, offset = 0 }: Indirect,
  pass: Pass,
  index: number,
  plan: Plan,
  spec: PlanInterface,
): Problem[] {
  const where = field("passes", index, "workgroups", "indirect");
  const size = Object.hasOwn(plan.scratch ?? {}, indirect) ? plan.scratch![indirect] : undefined;
  if (size === undefined) {
    const what = tensorNames(spec).includes(indirect) ? "a tensor of the task" : "not in `scratch`";
    const mend = () =>
      didYouMean(indirect, scratchNames(plan), quoted) || " Name a scratch buffer that an earlier pass writes.";
    return [() => `${where} is ${quoted(indirect)}, which is ${what}.${mend()}`];
  }
  const problems: Problem[] = [];
  if (pass.bindings.includes(indirect)) {
    problems.push(
      () =>
        `${where} is ${quoted(indirect)}, which the same pass binds. WebGPU forbids it: keep the counts in a scratch buffer of their own.`,
    );
  }
  const at = field("passes", index, "workgroups", "offset");
  if (!Number.isInteger(offset) || offset < 0 || offset % 4 !== 0) {
    problems.push(() => `${at} is ${offset}, and must be a multiple of 4 bytes, from 0.`);
  } else if (offset + INDIRECT_BYTES > size) {
    problems.push(
      () =>
        `${at} is ${offset}, and three counts of 4 bytes from there do not fit into the ${size} bytes of ${quoted(indirect)}. Make it ${Math.ceil((offset + INDIRECT_BYTES) / 4) * 4} bytes or larger.`,
    );
  }
  return problems;
}

function unboundOutputs(plan: Plan, spec: PlanInterface): Problem[] {
  const bound = new Set(plan.passes.flatMap(({ bindings }) => bindings));
  return spec.outputs
    .filter(({ name }) => !bound.has(name))
    .map(
      ({ name }) =>
        () =>
          `The plan never binds the output \`${name}\`. Add it to some pass's \`bindings\`.`,
    );
}

function scratchProblems(plan: Plan, spec: PlanInterface): Problem[] {
  const { length } = scratchNames(plan);
  if (length > fixedLimits.scratchBuffers) {
    return [
      () => `\`scratch\` has ${length} buffers, and the most is ${fixedLimits.scratchBuffers}. Put several into one.`,
    ];
  }
  return [...scratchSizes(plan)].flatMap(([name, bytes]) => {
    const where = field("scratch", name);
    if (tensorNames(spec).includes(name))
      return [() => `${where} has the name of a tensor of the task. Choose another name.`];
    if (Number.isInteger(bytes) && bytes > 0 && bytes % 4 === 0) return [];
    const rounded = Math.max(Math.ceil(bytes / 4) * 4, 4);
    return [
      () =>
        `${where} is ${bytes}, and must be a positive multiple of 4 bytes. Round it up, to ${rounded}: \`4 * Math.ceil(bytes / 4)\`.`,
    ];
  });
}

function scratchExcess(plan: Plan, most: number, deviceLimits: DeviceContext["limits"]): string | undefined {
  const sizes = scratchSizes(plan);
  const sum = [...sizes.values()].reduce((total, bytes) => total + bytes, 0);
  if (sum > most) {
    return `\`scratch\` asks for ${sum} bytes in all, and this task allows ${most} for this shape. Reuse one buffer, or keep partial results in registers or workgroup memory.`;
  }
  const mostInOne = Math.min(deviceLimits.maxBufferSize, deviceLimits.maxStorageBufferBindingSize);
  for (const [name, bytes] of sizes) {
    if (bytes <= mostInOne) continue;
    return `${field("scratch", name)} is ${bytes} bytes, and the device allows ${mostInOne} in one buffer. Split it.`;
  }
  return undefined;
}

/** Whatever the adapter has: a plan that is refused here is refused everywhere. */
function gpuExcess(plan: Plan, spec: PlanInterface, shape: Shape, mebibytes: number): string | undefined {
  const sum = (sizes: Iterable<number>) => [...sizes].reduce((total, bytes) => total + bytes, 0);
  const tensors = sum([...spec.inputs, ...spec.outputs].map((tensor) => bufferBytes(tensor, shape)));
  const scratch = sum(scratchSizes(plan).values());
  if (tensors + scratch <= mebibytes * 2 ** 20) return undefined;
  return `\`scratch\` asks for ${scratch} bytes beside the ${tensors} bytes of the tensors, and all of them together may take ${mebibytes} MiB of the GPU's memory. Ask for less.`;
}

function requiresProblems({ requires = [] }: Plan): Problem[] {
  const allowed: readonly string[] = KERNEL_FEATURES;
  return requires.flatMap((feature, index) => {
    if (allowed.includes(feature)) return [];
    const problem = WEBGPU_FEATURES.includes(feature)
      ? "is of no use to a compute kernel. Leave it out."
      : `is not a WebGPU feature that a kernel can use.${didYouMean(feature, allowed, quoted) || " Leave it out."}`;
    return [() => `${field("requires", index)} is ${quoted(feature)}, which ${problem}`];
  });
}

function tensorNames(spec: PlanInterface): string[] {
  return [...spec.inputs, ...spec.outputs].map(({ name }) => name);
}

function scratchNames(plan: Plan): string[] {
  return Object.keys(plan.scratch ?? {});
}

function scratchSizes(plan: Plan): Map<string, number> {
  return new Map(Object.entries(plan.scratch ?? {}));
}
