import type { PlanFunction } from "../../task/plan.ts";

/**
 * A wrong kernel as learners write it, kept to show that the diagnosis can be read: written from the cause alone, apart
 * from whatever looks for it.
 */
export interface Specimen<K extends string = string, P extends string = string> {
  readonly name: string;
  /** What was done wrong, for people who read this list. */
  readonly cause: string;
  /** What a message that names the cause says, each of them somewhere. */
  readonly says: readonly RegExp[];
  readonly plan: PlanFunction<K, P>;
  /** Whether it shows only where there are more rows than one dimension has workgroups. */
  readonly needsManyRows?: true;
}

/** The plan with a text in its passes' WGSL replaced, which must be there. */
export function withText<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  from: string,
  to: string,
): PlanFunction<K, P> {
  return (context) => {
    const made = plan(context);
    if (!made.passes.some(({ code }) => code.includes(from))) throw new Error(`no pass has the text ${from}`);
    return { ...made, passes: made.passes.map((pass) => ({ ...pass, code: pass.code.replaceAll(from, to) })) };
  };
}

/** The plan with other workgroups in some of its passes. */
export function withWorkgroups<K extends string, P extends string>(
  plan: PlanFunction<K, P>,
  workgroups: (context: Parameters<PlanFunction<K, P>>[0], entryPoint: string | undefined) => number[] | undefined,
): PlanFunction<K, P> {
  return (context) => {
    const made = plan(context);
    const passes = made.passes.map((pass) => ({
      ...pass,
      workgroups: workgroups(context, pass.entryPoint) ?? pass.workgroups,
    }));
    return { ...made, passes };
  };
}
