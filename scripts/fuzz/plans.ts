import fc from "fast-check";
import { checkPlan } from "../../harness/plan/check-plan.ts";
import { guaranteedLimits } from "../../harness/task/limits.ts";
import softmax from "../../kernels/softmax/softmax/task.ts";
import { anyJson, mutatedJson } from "./mutations.ts";
import { expectReadable, target } from "./target.ts";

const shape = { rows: 7, cols: 13 };
const pass = { code: "fn f() {}", constants: { ROWS: 7 }, bindings: ["x", "y"], workgroups: [1, 2] };
const PLANS = [
  { passes: [pass] },
  { passes: [pass, { ...pass, entryPoint: "main", bindings: ["s", "y"] }], scratch: { s: 64, t: 4 } },
  { passes: [{ ...pass, workgroups: { indirect: "s", offset: 4 } }], scratch: { s: 16 }, requires: ["subgroups"] },
];

/** The result of a plan function, after the sandbox. */
export const plans = target("plans", fc.oneof(anyJson, mutatedJson(PLANS, 5)), checkedPlan);

/** Checks a value as a plan; an accepted plan must be valid. */
export function checkedPlan(value: unknown): void {
  const check = checkPlan(value, softmax.spec, shape, guaranteedLimits);
  if (!check.ok) {
    for (const problem of check.problems) expectReadable(problem);
    return;
  }
  const names = ["x", "y", ...Object.keys(check.plan.scratch ?? {})];
  for (const { bindings, code } of check.plan.passes) {
    if (typeof code !== "string" || code === "") throw new Error("a pass without code was accepted");
    if (bindings.some((name) => !names.includes(name))) throw new Error("an unknown binding was accepted");
    if (new Set(bindings).size < bindings.length) throw new Error("an aliased binding was accepted");
  }
}
