import type { Task } from "../task/task.ts";
import type { Variant } from "../task/variant.ts";
import { changes, type Origin } from "./kernel-origin.ts";
import { codeRewrite, type PlanRewrite, rewrittenPlan } from "./plan-rewrites.ts";
import { elementsThrough, maximaFrom } from "./range-rewrites.ts";
import type { Sources } from "./rewrite.ts";

/** So much of a range's end is cut off. */
const CUT = 0.1;
/** In f32, `exp` of less is zero: a maximum that starts at zero loses rows below this. */
const LEAST_EXPONENT = -104;

/** Plain kernels that are correct only in a part of a declared range. */
export function rangeVariants({ spec }: Task, plain: Origin, sources: Sources): Variant[] {
  const ends = spec.ranges.flatMap(({ of, least, most }) => {
    const name = /^`(\w+)`/.exec(of)?.[1];
    const isInput = spec.inputs.some((input) => input.name === name && input.type === "f32");
    return name === undefined || !isInput ? [] : endsCut(name, least, most, sources);
  });
  const canLoseRows = spec.ranges.some(({ least }) => least < LEAST_EXPONENT);
  const starts = canLoseRows ? [codeRewrite("maxima from 0", maximaFrom(0), sources)] : [];
  return [...ends, ...starts]
    .filter((rewrite) => changes(plain, rewrite))
    .map((rewrite) => ({ name: rewrite.name, plan: rewrittenPlan(plain.plan, rewrite) }));
}

function endsCut(name: string, least: number, most: number, sources: Sources): PlanRewrite[] {
  const cut = (end: number) => CUT * (end === 0 ? most - least : Math.abs(end));
  const low = least + cut(least);
  const high = most - cut(most);
  const through = (way: string, bound: number, builtin: string) =>
    inputThrough(name, `${name} of at ${way} ${bound}`, (element) => `${builtin}(${element}, f32(${bound}))`, sources);
  return [through("least", low, "max"), through("most", high, "min")];
}

function inputThrough(
  input: string,
  name: string,
  through: (element: string) => string,
  sources: Sources,
): PlanRewrite {
  const ofBinding = new Map<number, PlanRewrite>();
  return {
    name,
    of(pass, context) {
      const binding = pass.bindings.indexOf(input);
      if (binding < 0) return pass;
      const rewrite = ofBinding.get(binding) ?? codeRewrite(name, elementsThrough(binding, through), sources);
      ofBinding.set(binding, rewrite);
      return rewrite.of(pass, context);
    },
  };
}
