import { guaranteedLimits } from "../task/limits.ts";
import type { Pass, PlanContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variant, Variants } from "../task/variant.ts";
import { baseTwo, fused, inverseRoots, reciprocals, regrouped, rootsInverted } from "./expression-rewrites.ts";
import { roundingsOf } from "./f16-rewrites.ts";
import { codeRewrite, type PlanRewrite, rewrittenPlan, vectorReads, withoutFeatures, workgroupsOf } from "./plan-rewrites.ts";
import { elementsThrough, maximaFrom } from "./range-rewrites.ts";
import { readSyntax } from "./read-syntax.ts";
import { backwards, compensated, inBlocks, interleaved } from "./sum-rewrites.ts";

/** These keep the function, and round elsewhere. */
const FORMS: readonly PlanRewrite[] = [
  codeRewrite("sums backwards", backwards),
  codeRewrite("four partial sums", interleaved),
  codeRewrite("sums in blocks of 16", inBlocks),
  codeRewrite("compensated sums", compensated),
  codeRewrite("sums of products by fma", fused),
  codeRewrite("exp and log in base 2", baseTwo),
  codeRewrite("quotients by reciprocals", reciprocals),
  codeRewrite("inverseSqrt by sqrt", rootsInverted),
  codeRewrite("quotients by inverseSqrt", inverseRoots),
  codeRewrite("products regrouped", regrouped),
];

const SIZES = [1, 64, 256].map(workgroupsOf);

/** A kernel's sources, and the name that its variants begin with. */
interface Origin {
  readonly prefix: string;
  readonly plan: PlanFunction;
  readonly passes: readonly PassIn[];
  /** Each source once. */
  readonly codes: readonly string[];
}

/** A pass, and the problem that it is for. */
interface PassIn {
  readonly pass: Pass;
  readonly context: PlanContext;
}

/** A statement whose rounding to f16 no output shows, and why. */
export interface UnseenRounding {
  readonly name: string;
  readonly reason: string;
}

/** Kernels of known verdict that follow from a task's own, by changes of their syntax. */
export function generatedVariants<K extends string, P extends string>(own: Task<K, P>): Variants<K, P> {
  const task = own as unknown as Task;
  const origins = originsOf(task);
  return {
    honest: origins.flatMap((origin) => honestOf(task, origin)),
    imprecise: hasChoicesOnly(task) ? [] : origins.flatMap((origin) => impreciseOf(origin).judged),
    wrong: wrongOf(task),
    limited: limitedOf(task, origins[0]!),
  } as unknown as Variants<K, P>;
}

/** The statements that have no f16 variant. */
export function unseenRoundings(task: Task): UnseenRounding[] {
  if (hasChoicesOnly(task)) {
    return [{ name: "all statements", reason: "outputs are integers: rounding shows only where it changes one" }];
  }
  return originsOf(task).flatMap((origin) => impreciseOf(origin).unseen);
}

function hasChoicesOnly({ spec }: Task): boolean {
  return spec.outputs.every(({ type }) => type !== "f32");
}

function originsOf(task: Task): Origin[] {
  const plain = originOf(task, "", task.plain);
  const tuned = originOf(task, "tuned, ", task.tuned);
  const isOwn = (code: string) => !plain.codes.includes(code);
  const codes = tuned.codes.filter(isOwn);
  if (codes.length === 0) return [plain];
  return [plain, { ...tuned, codes, passes: tuned.passes.filter(({ pass }) => isOwn(pass.code)) }];
}

function originOf({ spec }: Task, prefix: string, plan: PlanFunction): Origin {
  const passes = [...spec.checks, ...spec.measures].flatMap(({ shape, params }) => {
    const context = { task: spec.name, shape, params, device: DEVICE };
    return withoutFeatures(plan, context).passes.map((pass) => ({ pass, context }));
  });
  return { prefix, plan, passes, codes: [...new Set(passes.map(({ pass }) => pass.code))] };
}

const DEVICE: PlanContext["device"] = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};

function honestOf({ spec }: Task, { prefix, plan, passes }: Origin): Variant[] {
  return [...FORMS, ...SIZES, vectorReads(spec)]
    .filter((rewrite) => changes(passes, rewrite))
    .map((rewrite) => ({ name: prefix + rewrite.name, plan: rewrittenPlan(plan, rewrite) }));
}

function changes(passes: readonly PassIn[], { of }: PlanRewrite): boolean {
  return passes.some(({ pass, context }) => of(pass, context) !== pass);
}

function impreciseOf({ prefix, plan, codes }: Origin): {
  readonly judged: readonly Variant[];
  readonly unseen: readonly UnseenRounding[];
} {
  const judged = new Map<string, Variant>();
  const unseen = new Map<string, UnseenRounding>();
  for (const code of codes) {
    const syntax = readSyntax(code);
    for (const { statement, unseen: reason } of syntax === undefined ? [] : roundingsOf(syntax)) {
      const name = `${prefix}f16: ${statement}`;
      if (reason !== undefined) unseen.set(name, { name, reason });
      else judged.set(name, { name, plan: rewrittenPlan(plan, rounded(name, statement)) });
    }
  }
  return { judged: [...judged.values()], unseen: [...unseen.values()] };
}

function rounded(name: string, statement: string): PlanRewrite {
  return codeRewrite(
    name,
    (syntax) => roundingsOf(syntax).find((rounding) => rounding.statement === statement)?.replacements ?? [],
  );
}

/** Each mistake, and with it another form of the kernel: in turn, so that all forms occur. */
function wrongOf({ spec, mistaken = {} }: Task): Variants["wrong"] {
  return Object.entries(mistaken).flatMap(([mistake, plan], index) => {
    const { passes } = originOf({ spec } as Task, "", plan);
    const forms = FORMS.filter((rewrite) => changes(passes, rewrite));
    const form = forms[index % forms.length];
    const alone = { name: mistake, mistake, plan };
    if (form === undefined) return [alone];
    return [alone, { name: `${mistake}, ${form.name}`, mistake, plan: rewrittenPlan(plan, form) }];
  });
}

/** So much of a range's end is cut off. */
const CUT = 0.1;
/** `exp` of less is zero: a maximum that starts at zero loses such rows. */
const LEAST_EXPONENT = -104;

/** Kernels that are correct only in a part of a declared range. */
function limitedOf({ spec }: Task, { plan, passes }: Origin): Variant[] {
  const ends = spec.ranges.flatMap(({ of, least, most }) => {
    const name = /^`(\w+)`/.exec(of)?.[1];
    const isInput = spec.inputs.some((input) => input.name === name && input.type === "f32");
    return name === undefined || !isInput ? [] : endsCut(name, least, most);
  });
  const starts = spec.ranges.some(({ least }) => least < LEAST_EXPONENT) ? [codeRewrite("maxima from 0", maximaFrom(0))] : [];
  return [...ends, ...starts]
    .filter((rewrite) => changes(passes, rewrite))
    .map((rewrite) => ({ name: rewrite.name, plan: rewrittenPlan(plan, rewrite) }));
}

function endsCut(name: string, least: number, most: number): PlanRewrite[] {
  const inward = (end: number) => CUT * (end === 0 ? most - least : Math.abs(end));
  const low = least + inward(least);
  const high = most - inward(most);
  return [
    inputThrough(`${name} of at least ${low}`, name, (element) => `max(${element}, f32(${low}))`),
    inputThrough(`${name} of at most ${high}`, name, (element) => `min(${element}, f32(${high}))`),
  ];
}

function inputThrough(name: string, input: string, through: (element: string) => string): PlanRewrite {
  const ofBinding = new Map<number, PlanRewrite>();
  return {
    name,
    of(pass, context) {
      const binding = pass.bindings.indexOf(input);
      if (binding < 0) return pass;
      const rewrite = ofBinding.get(binding) ?? codeRewrite(name, elementsThrough(binding, through));
      ofBinding.set(binding, rewrite);
      return rewrite.of(pass, context);
    },
  };
}
