import type { Pass, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { RewrittenKernel, Variant, Variants } from "../task/variant.ts";
import { baseTwo, fused, inverseRoots, reciprocals, regrouped, rootsInverted } from "./expression-rewrites.ts";
import { f16Variants } from "./f16-variants.ts";
import { changes, type Origin, originOf, originsOf, variantName } from "./kernel-origin.ts";
import { codeRewrite, combined, type PlanRewrite, rewrittenPlan, vectorReads, workgroupsOf } from "./plan-rewrites.ts";
import { rangeVariants } from "./range-variants.ts";
import { Sources } from "./rewrite.ts";
import { backwards, compensated, inBlocks, interleaved } from "./sum-rewrites.ts";
import { TUNED_NAMES } from "./tuned-kernels.ts";

/**
 * Kernels of known verdict that follow from a task's plain and tuned kernel by changes of their syntax. All run without
 * optional features, so that they are the same on every adapter.
 */
export function generatedVariants(task: Task): Variants {
  const sources = new Sources();
  const origins = originsOf(task);
  return {
    honest: origins.flatMap((origin) => honestOf(task, origin, sources)),
    imprecise: f16Variants(task, origins, sources).judged,
    wrong: wrongOf(task, origins[0]!, sources),
    limited: rangeVariants(task, origins[0]!, sources),
  };
}

/** These keep the function, and round elsewhere. */
function formsOf(sources: Sources) {
  return {
    sums: [
      codeRewrite("sums backwards", backwards, sources),
      codeRewrite("four partial sums", interleaved, sources),
      codeRewrite("sums in blocks of 16", inBlocks, sources),
      codeRewrite("compensated sums", compensated, sources),
    ],
    expressions: [
      codeRewrite("sums of products by fma", fused, sources),
      codeRewrite("exp and log in base 2", baseTwo, sources),
      codeRewrite("quotients by reciprocals", reciprocals, sources),
      codeRewrite("inverseSqrt by sqrt", rootsInverted, sources),
      codeRewrite("quotients by inverseSqrt", inverseRoots, sources),
      codeRewrite("products regrouped", regrouped, sources),
    ],
  };
}

const SIZES = [1, 64, 256];

function honestOf({ spec, plain }: Task, origin: Origin, sources: Sources): Variant[] {
  const { sums, expressions } = formsOf(sources);
  const others = [...SIZES.map((size) => workgroupsOf(size, sources)), vectorReads(spec, sources)];
  // A tuned kernel takes a software adapter many times as long: each of its variants has several forms.
  const forms = origin.kernel === "plain" ? [...sums, ...expressions] : combinations(sums, expressions, origin.codes);
  return [...forms, ...others]
    .filter((rewrite) => changes(origin, rewrite))
    .map((rewrite) => ({
      name: variantName(origin, rewrite.name),
      plan: withoutSlowPasses(rewrittenPlan(origin.plan, rewrite), plain),
      ...rewrittenKernel(origin, rewrite),
    }));
}

/** With more workgroups that wait at barriers, a software adapter takes seconds for a case. */
const MOST_WAITING_WORKGROUPS = 4096;

/** The plan, or the plain one if it would take too long: the built-in kernel itself is judged on such shapes. */
function withoutSlowPasses(plan: PlanFunction, plain: PlanFunction): PlanFunction {
  return (context) => {
    const made = plan(context);
    return made.passes.some(isSlow) ? plain(context) : made;
  };
}

function isSlow({ code, workgroups }: Pass): boolean {
  if ("indirect" in workgroups || !code.includes("workgroupBarrier")) return false;
  return workgroups.reduce((product, count) => product * count, 1) > MOST_WAITING_WORKGROUPS;
}

/** Every form once: each of the sums with some of the expressions. */
function combinations(
  sums: readonly PlanRewrite[],
  expressions: readonly PlanRewrite[],
  codes: readonly string[],
): PlanRewrite[] {
  return sums.map((form, at) =>
    combined([form, ...expressions.filter((_, index) => index % sums.length === at)], codes),
  );
}

function rewrittenKernel({ kernel, codes }: Origin, { ofCode }: PlanRewrite): { readonly rewritten?: RewrittenKernel } {
  if (ofCode === undefined) return {};
  return {
    rewritten: {
      kernel: kernel === "plain" ? "plain" : "tuned",
      kind: kernel === TUNED_NAMES.hardware ? "hardware" : "software",
      codes: codes.map((code) => [code, ofCode(code)]),
    },
  };
}

/**
 * Each mistake, alone and in another form: in turn, so that all forms occur. The output of an unstable mistake is another
 * one in each form, so that only itself is named.
 */
function wrongOf({ spec, mistakes, mistaken = {} }: Task, plain: Origin, sources: Sources): Variants["wrong"] {
  const { sums, expressions } = formsOf(sources);
  const forms = [...sums, ...expressions].filter((rewrite) => changes(plain, rewrite));
  const unstable = mistakes.filter((one) => "isUnstable" in one).map(({ name }) => name);
  return Object.entries(mistaken).flatMap(([mistake, plan], index) => {
    const origin = originOf({ spec }, "plain", plan);
    const first = index % forms.length;
    const form = [...forms.slice(first), ...forms.slice(0, first)].find((rewrite) => changes(origin, rewrite));
    const alone = { name: mistake, mistake, plan };
    if (form === undefined || unstable.includes(mistake)) return [alone];
    return [alone, { name: `${mistake}, ${form.name}`, mistake, plan: rewrittenPlan(plan, form) }];
  });
}
