import { guaranteedLimits } from "../task/limits.ts";
import type { Pass, PlanContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { type PlanRewrite, withoutFeatures } from "./plan-rewrites.ts";

/** A kernel from which variants are generated. */
export interface Origin {
  readonly kernel: "plain" | "tuned";
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

/** The plain kernel, and the tuned one with the passes that plain does not have. */
export function originsOf(task: Task): Origin[] {
  const plain = originOf(task, "plain", task.plain);
  const tuned = originOf(task, "tuned", task.tuned);
  const isOwn = (code: string) => !plain.codes.includes(code);
  const codes = tuned.codes.filter(isOwn);
  if (codes.length === 0) return [plain];
  return [plain, { ...tuned, codes, passes: tuned.passes.filter(({ pass }) => isOwn(pass.code)) }];
}

export function originOf({ spec }: Pick<Task, "spec">, kernel: Origin["kernel"], plan: PlanFunction): Origin {
  const passes = [...spec.checks, ...spec.measures].flatMap(({ shape, params }) => {
    const context = { task: spec.name, shape, params, device: DEVICE };
    return withoutFeatures(plan, context).passes.map((pass) => ({ pass, context }));
  });
  return { kernel, plan, passes, codes: [...new Set(passes.map(({ pass }) => pass.code))] };
}

const DEVICE: PlanContext["device"] = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};

/** Whether a change finds something to change. */
export function changes({ passes }: Origin, { of }: PlanRewrite): boolean {
  return passes.some(({ pass, context }) => of(pass, context) !== pass);
}

const TUNED_PREFIX = "tuned, ";

/** The name of a variant, which distinguishes those of the tuned kernel. */
export function variantName({ kernel }: Origin, name: string): string {
  return kernel === "plain" ? name : TUNED_PREFIX + name;
}

/** The kernel from which the variant of this name was generated. */
export function originOfVariant(name: string): Origin["kernel"] {
  return name.startsWith(TUNED_PREFIX) ? "tuned" : "plain";
}
