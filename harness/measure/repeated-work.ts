import type { Plan } from "../submission/plan.ts";

/**
 * A plan that does a share of its last pass's workgroups once more, behind it: a kernel that is slower by a known
 * amount, to show that measuring finds it. The results stay the same where a pass writes but does not add up.
 *
 * @param share 0.05 for one workgroup in twenty
 */
export function withRepeatedWork(plan: Plan, share: number): Plan {
  if (share === 0) return plan;
  const last = plan.passes.at(-1)!;
  if ("indirect" in last.workgroups) throw new Error("work is repeated only where the number of workgroups is known");
  const counts = [...last.workgroups];
  const widest = counts.indexOf(Math.max(...counts));
  counts[widest] = Math.max(1, Math.round(counts[widest]! * share));
  return { ...plan, passes: [...plan.passes, { ...last, workgroups: counts }] };
}
