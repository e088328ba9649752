import type { Params, Shape } from "../../reference/oracle.ts";
import type { PlanOutcome } from "../judge/judge-submission.ts";
import { defaultLimits, type JudgingLimits } from "../task/limits.ts";
import type { DeviceContext } from "../task/plan.ts";
import type { TaskSpec } from "../task/task.ts";
import { checkPlan } from "./check-plan.ts";
import { CompileLoad } from "./compile-load.ts";
import { misspeltSize } from "./misspelt-size.ts";
import { Sandbox } from "./sandbox.ts";

/** Turns a submission's script into plans, in the sandbox. */
export class Planner {
  log = "";
  readonly #sandbox: Sandbox;
  readonly #script: string;
  readonly #spec: TaskSpec<string, string>;
  readonly #context: DeviceContext;
  readonly #limits: JudgingLimits;
  readonly #compileLoad = new CompileLoad();

  constructor(
    source: { readonly script: string; readonly sourceMap: string },
    spec: TaskSpec<string, string>,
    context: DeviceContext,
    limits: JudgingLimits = defaultLimits,
  ) {
    this.#script = source.script;
    this.#sandbox = new Sandbox(source.script, source.sourceMap, limits);
    this.#spec = spec;
    this.#context = withWorkgroups(context, limits);
    this.#limits = limits;
  }

  async plan(shape: Shape, params: Params): Promise<PlanOutcome> {
    const context = { task: this.#spec.name, shape, params, device: this.#context };
    const outcome = await this.#sandbox.plan(context);
    // One shape's log is enough to follow a plan function; the others would repeat it.
    if (this.log === "") this.log = outcome.log;
    if (!outcome.ok) {
      const { verdict, message, place } = outcome;
      return { ok: false, refusal: { verdict, message, evidence: place ? { kind: "source", ...place } : null } };
    }
    const check = checkPlan(outcome.value, this.#spec, shape, this.#context.limits, this.#limits, this.#compileLoad);
    if (check.ok) return check;
    const message = check.problems.join(" ");
    const hint = / is undefined\. | is NaN\. /.test(message) ? misspeltSize(this.#script, shape, params) : undefined;
    return {
      ok: false,
      refusal: { verdict: check.verdict, message: hint === undefined ? message : `${message} ${hint}`, evidence: null },
    };
  }
}

/** Puts the limits against which a plan is checked into the plan function's `device.limits`. */
function withWorkgroups(context: DeviceContext, { workgroups }: JudgingLimits): DeviceContext {
  const { maxComputeWorkgroupsPerDimension = Infinity } = context.limits;
  if (workgroups >= maxComputeWorkgroupsPerDimension) return context;
  return { ...context, limits: { ...context.limits, maxComputeWorkgroupsPerDimension: workgroups } };
}
