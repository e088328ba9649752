import { PLAIN_DEVICE } from "../task/plain-device.ts";
import type { Pass, PlanContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { type PlanRewrite, withoutFeatures } from "./plan-rewrites.ts";
import { TUNED_NAMES, type TunedKernel, tunedKernels } from "./tuned-kernels.ts";

/** A kernel from which variants are generated. */
export interface Origin {
  readonly kernel: "plain" | TunedKernel["name"];
  readonly plan: PlanFunction;
  /** Its passes for the task's shapes. */
  readonly passes: readonly PassIn[];
  /** The sources of those, each once. */
  readonly codes: readonly string[];
}

/** A pass, and the problem that it is for. */
interface PassIn {
  readonly pass: Pass;
  readonly context: PlanContext;
}

/** The plain kernel, and the tuned ones, each with the passes that no earlier one has. */
export function originsOf(task: Task): Origin[] {
  const origins = [originOf(task, "plain", task.plain)];
  for (const { name, plan } of tunedKernels(task)) {
    const tuned = originOf(task, name, plan);
    const isOwn = (code: string) => !origins.some(({ codes }) => codes.includes(code));
    const codes = tuned.codes.filter(isOwn);
    if (codes.length > 0)
      origins.push({ ...tuned, codes, passes: tuned.passes.filter(({ pass }) => isOwn(pass.code)) });
  }
  return origins;
}

export function originOf({ spec }: Pick<Task, "spec">, kernel: Origin["kernel"], plan: PlanFunction): Origin {
  const passes = [...spec.checks, ...spec.measures].flatMap(({ shape, params }) => {
    const context = { task: spec.name, shape, params, device: PLAIN_DEVICE };
    return withoutFeatures(plan, context).passes.map((pass) => ({ pass, context }));
  });
  return { kernel, plan, passes, codes: [...new Set(passes.map(({ pass }) => pass.code))] };
}

/** Whether a change finds something to change. */
export function changes({ passes }: Origin, { of }: PlanRewrite): boolean {
  return passes.some(({ pass, context }) => of(pass, context) !== pass);
}

/** The name of a variant, which distinguishes those of tuned kernels. */
export function variantName({ kernel }: Pick<Origin, "kernel">, name: string): string {
  return kernel === "plain" ? name : `${kernel}, ${name}`;
}

/** The kernel from which the variant of this name was generated. */
export function originOfVariant(name: string): Origin["kernel"] {
  return Object.values(TUNED_NAMES).find((kernel) => name.startsWith(variantName({ kernel }, ""))) ?? "plain";
}
