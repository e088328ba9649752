import type { Shape } from "../../reference/oracle.ts";
import { KERNEL_FEATURES, WEBGPU_FEATURES } from "../gpu/webgpu-features.ts";
import { bufferBytes } from "../task/dims.ts";
import { defaultLimits, fixedLimits, type JudgingLimits } from "../task/limits.ts";
import type { DeviceContext, Pass, Plan } from "../task/plan.ts";
import type { TaskSpec } from "../task/task.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { CompileLoad } from "./compile-load.ts";
import { field, type Problem, quoted, readPlan, thereAre } from "./read-plan.ts";

/** A plan that fits its task, or its problems: one or two printable sentences each. */
export type PlanCheck =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly verdict: "plan-error" | "memory-limit"; readonly problems: readonly string[] };

/** The part of a task that a plan is checked against. */
export type PlanInterface = Pick<TaskSpec<string, string>, "inputs" | "outputs" | "scratchLimitBytes">;

/** The limits that a plan is checked against. */
export type PlanLimits = Pick<JudgingLimits, "passes" | "scratchTimes" | "gpuMebibytes">;

/** Twelve bytes: three u32 counts. */
const INDIRECT_BYTES = 12;

const PROBLEMS_SHOWN = 10;

/**
 * Checks a plan function's return value.
 *
 * @param value as returned by the sandbox
 * @param shape the plan's shape
 * @param deviceLimits by their WebGPU names; a missing one is not checked
 * @param compileLoad that of the submission's plans for other shapes; this plan is added
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
      `${field("passes", index, "entryPoint")} has ${entryPoint.length} characters; the limit is ${most}. Shorten the function's name.`,
  ];
}

function constantProblems({ constants = {} }: Pass, index: number): Problem[] {
  const count = Object.keys(constants).length;
  const most = fixedLimits.passConstants;
  if (count <= most) return [];
  return [
    () =>
      `${field("passes", index, "constants")} has ${count} constants; the limit is ${most}. Put tables into the WGSL source as \`const\` arrays.`,
  ];
}

function bindingProblems({ bindings }: Pass, index: number, known: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  if (bindings.length > fixedLimits.storageBuffers) {
    problems.push(
      () =>
        `${field("passes", index, "bindings")} has ${bindings.length} names; a pass can bind ${fixedLimits.storageBuffers} buffers. Merge scratch buffers.`,
    );
  }
  const firstAt = new Map<string, number>();
  for (const [at, name] of bindings.slice(0, fixedLimits.storageBuffers).entries()) {
    const place = () => field("passes", index, "bindings", at);
    if (!known.has(name)) {
      const fix = () => didYouMean(name, [...known], quoted) || thereAre([...known]);
      problems.push(() => `${place()} is ${quoted(name)}, but no tensor or scratch buffer has that name.${fix()}`);
    }
    const earlier = firstAt.get(name);
    if (earlier !== undefined) {
      problems.push(
        () =>
          `${place()} repeats ${quoted(name)} from \`bindings[${earlier}]\`. Bind each buffer once per pass, and use that binding in both places.`,
      );
    } else {
      firstAt.set(name, at);
    }
  }
  return problems;
}

function countProblems(counts: readonly number[], index: number, most: number): Problem[] {
  const place = field("passes", index, "workgroups");
  if (counts.length < 1 || counts.length > 3) {
    return [() => `${place} has ${counts.length} counts. Use one to three: \`[x, y, z]\`.`];
  }
  return counts.flatMap((count, axis) => {
    const at = field("passes", index, "workgroups", axis);
    if (!Number.isInteger(count) || count < 1) {
      const fix = count === 0 || !Number.isInteger(count) ? " Round up, with `Math.ceil` or `ceilDiv`." : "";
      return [() => `${at} must be a positive integer, got ${count}.${fix}`];
    }
    if (count <= most) return [];
    const spread =
      counts.length === 1
        ? `Spread them over y: \`[${most}, ${Math.ceil(count / most)}]\`, number the workgroups \`workgroup_id.y * ${most} + workgroup_id.x\`, and return early in those past the end.`
        : "Spread them over another axis, or give each workgroup more work.";
    return [() => `${at} is ${count}; the device allows ${most} along one axis. ${spread}`];
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
  const place = field("passes", index, "workgroups", "indirect");
  const size = Object.hasOwn(plan.scratch ?? {}, indirect) ? plan.scratch![indirect] : undefined;
  if (size === undefined) {
    const reason = tensorNames(spec).includes(indirect) ? "which is a tensor" : "but no scratch buffer has that name";
    const fix = () =>
      didYouMean(indirect, scratchNames(plan), quoted) || " Name a scratch buffer that an earlier pass writes.";
    return [() => `${place} is ${quoted(indirect)}, ${reason}.${fix()}`];
  }
  const problems: Problem[] = [];
  if (pass.bindings.includes(indirect)) {
    problems.push(
      () =>
        `${place} is ${quoted(indirect)}, which the same pass binds. WebGPU forbids this: keep the counts in a separate scratch buffer.`,
    );
  }
  const at = field("passes", index, "workgroups", "offset");
  if (!Number.isInteger(offset) || offset < 0 || offset % 4 !== 0) {
    problems.push(() => `${at} must be a non-negative multiple of 4 bytes, got ${offset}.`);
  } else if (offset + INDIRECT_BYTES > size) {
    problems.push(
      () =>
        `${at} is ${offset}: three 4-byte counts from there exceed the ${size} bytes of ${quoted(indirect)}. Make it at least ${Math.ceil((offset + INDIRECT_BYTES) / 4) * 4} bytes.`,
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
          `The plan never binds the output \`${name}\`. Add it to the \`bindings\` of a pass.`,
    );
}

function scratchProblems(plan: Plan, spec: PlanInterface): Problem[] {
  const { length } = scratchNames(plan);
  if (length > fixedLimits.scratchBuffers) {
    return [() => `\`scratch\` has ${length} buffers; the limit is ${fixedLimits.scratchBuffers}. Merge some of them.`];
  }
  return [...scratchSizes(plan)].flatMap(([name, bytes]) => {
    const place = field("scratch", name);
    if (tensorNames(spec).includes(name)) return [() => `${place} has the name of a tensor. Rename it.`];
    if (Number.isInteger(bytes) && bytes > 0 && bytes % 4 === 0) return [];
    return [
      () =>
        `${place} must be a positive multiple of 4 bytes, got ${bytes}. Multiply the number of elements by 4, the bytes of an f32 or a u32.`,
    ];
  });
}

function scratchExcess(plan: Plan, most: number, deviceLimits: DeviceContext["limits"]): string | undefined {
  const sizes = scratchSizes(plan);
  const sum = [...sizes.values()].reduce((total, bytes) => total + bytes, 0);
  if (sum > most) {
    return `\`scratch\` asks for ${sum} bytes in total; this task allows ${most} for this shape. Reuse a buffer, or keep partial results in registers or workgroup memory.`;
  }
  const mostInOne = Math.min(deviceLimits.maxBufferSize, deviceLimits.maxStorageBufferBindingSize);
  for (const [name, bytes] of sizes) {
    if (bytes <= mostInOne) continue;
    return `${field("scratch", name)} is ${bytes} bytes; the device allows ${mostInOne} per buffer. Split it.`;
  }
  return undefined;
}

/** Independent of the adapter's memory: a plan that is refused here is refused everywhere. */
function gpuExcess(plan: Plan, spec: PlanInterface, shape: Shape, mebibytes: number): string | undefined {
  const sum = (sizes: Iterable<number>) => [...sizes].reduce((total, bytes) => total + bytes, 0);
  const tensors = sum([...spec.inputs, ...spec.outputs].map((tensor) => bufferBytes(tensor, shape)));
  const scratch = sum(scratchSizes(plan).values());
  if (tensors + scratch <= mebibytes * 2 ** 20) return undefined;
  return `\`scratch\` asks for ${scratch} bytes, and the tensors take ${tensors} bytes; together they may take ${mebibytes} MiB of GPU memory. Use less scratch.`;
}

function requiresProblems({ requires = [] }: Plan): Problem[] {
  const allowed: readonly string[] = KERNEL_FEATURES;
  return requires.flatMap((feature, index) => {
    if (allowed.includes(feature)) return [];
    const near = allowed.find((known) => known.endsWith(`-${feature}`));
    const problem = WEBGPU_FEATURES.includes(feature)
      ? "is of no use to a compute kernel. Remove it."
      : `is not a WebGPU feature that a kernel can use.${near === undefined ? didYouMean(feature, allowed, quoted) || " Remove it." : ` Did you mean ${quoted(near)}?`}`;
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
