import { elementCount } from "../task/dims.ts";
import type { Pass, Plan, PlanContext, PlanFunction } from "../task/plan.ts";
import type { TaskSpec } from "../task/task.ts";
import { elementsThrough } from "./range-rewrites.ts";
import { bare, type FindReplacements, type Replacement, replaced, type Sources } from "./rewrite.ts";
import { type Expression, expressionsOf, type Variable, type WgslFunction, type WgslSyntax } from "./wgsl-syntax.ts";

/** A change of a plan. It returns passes as they are if it finds nothing to change. */
export interface PlanRewrite {
  readonly name: string;
  readonly of: (pass: Pass, context: PlanContext) => Pass;
  /** Given if it changes nothing but sources. */
  readonly ofCode?: (code: string) => string;
}

/** A change of the passes' sources. */
export function codeRewrite(name: string, find: FindReplacements, sources: Sources): PlanRewrite {
  const done = new Map<string, string>();
  const ofCode = (code: string) => {
    const changed = done.get(code) ?? sources.rewritten(code, find);
    done.set(code, changed);
    return changed;
  };
  return { name, ofCode, of: (pass) => withCode(pass, ofCode(pass.code)) };
}

function withCode(pass: Pass, code: string): Pass {
  return code === pass.code ? pass : { ...pass, code };
}

/** One change of sources after the other, as far as they apply to some of the given ones. */
export function combined(rewrites: readonly PlanRewrite[], codes: readonly string[]): PlanRewrite {
  const applying = rewrites.filter(({ ofCode }) => codes.some((code) => ofCode!(code) !== code));
  const ofCode = (code: string) => applying.reduce((own, rewrite) => rewrite.ofCode!(own), code);
  const name = applying.map((rewrite) => rewrite.name).join(", ");
  return { name, ofCode, of: (pass) => withCode(pass, ofCode(pass.code)) };
}

export function rewrittenPlan(plan: PlanFunction, ...rewrites: readonly PlanRewrite[]): PlanFunction {
  return (context) => {
    const made = withoutFeatures(plan, context);
    const through = (pass: Pass) => rewrites.reduce((own, { of }) => of(own, context), pass);
    return { ...made, passes: made.passes.map(through) };
  };
}

/** Kernels for every adapter, so that the variants of a task are the same everywhere. */
export function withoutFeatures(plan: PlanFunction, context: PlanContext): Plan {
  return plan({ ...context, device: { ...context.device, features: [] } });
}

/** Inputs whose length is a multiple of four, read as vectors of four: `x[i / 4][i % 4]`. */
export function vectorReads({ inputs }: Pick<TaskSpec<string, string>, "inputs">, sources: Sources): PlanRewrite {
  const ofBinding = new Map<number, PlanRewrite>();
  return {
    name: "inputs read as vec4f",
    of: (pass, context) =>
      pass.bindings.reduce((own, name, binding) => {
        const input = inputs.find((one) => one.name === name && one.type === "f32");
        if (input === undefined || elementCount(input, context.shape) % VECTOR !== 0) return own;
        const rewrite = ofBinding.get(binding) ?? codeRewrite("", asVectors(binding), sources);
        ofBinding.set(binding, rewrite);
        return rewrite.of(own, context);
      }, pass),
  };
}

const VECTOR = 4;

function asVectors(binding: number): FindReplacements {
  return (syntax) => {
    const resources = syntax.globals.filter(
      ({ type, resource }) => type === "array<f32>" && resource?.isReadOnly === true && resource.binding === binding,
    );
    const isSimple = resources.length > 0 && resources.every((variable) => isOnlyIndexed(syntax, variable));
    if (!isSimple) return [];
    const types = resources.map(({ resource }): Replacement => ({ ...resource!.typePlace, text: "array<vec4f>" }));
    // Indices may contain elements of the same tensor only through another one's integers, so reads do not nest.
    const reads = elementsThrough(binding, vectorElement)(syntax);
    return [...types, ...reads];
  };
}

function vectorElement(element: string): string {
  const opening = element.indexOf("[");
  const index = element.slice(opening + 1, -1);
  return `${element.slice(0, opening)}[(${index}) / ${VECTOR}][(${index}) % ${VECTOR}]`;
}

function isOnlyIndexed({ functions }: WgslSyntax, variable: Variable): boolean {
  const all = functions.flatMap(({ body }) => [...expressionsOf(body)]);
  const indexed = new Set(all.filter(({ kind }) => kind === "index").map(({ parts }) => parts[0]));
  return all.filter((one) => one.kind === "name" && one.variable === variable).every((one) => indexed.has(one));
}

/** Workgroups of another size, with as many invocations as before or a few more. */
export function workgroupsOf(size: number, sources: Sources): PlanRewrite {
  const kernels = new Map<string, Resizable | undefined>();
  return {
    name: `workgroups of ${size}`,
    of(pass, { device }) {
      const key = `${pass.entryPoint}\n${pass.code}`;
      if (!kernels.has(key)) kernels.set(key, resizable(sources.read(pass.code), pass.entryPoint, size));
      const kernel = kernels.get(key);
      if (kernel === undefined) return pass;
      const { workgroups } = pass;
      if ("indirect" in workgroups) return pass;
      const count = Math.ceil((workgroups.reduce((product, one) => product * one, 1) * kernel.size) / size);
      const most = device.limits.maxComputeWorkgroupsPerDimension;
      if (!kernel.isFlat && (count > most || workgroups.slice(1).some((one) => one > 1))) return pass;
      const across = Math.min(count, most);
      return { ...pass, code: kernel.code, workgroups: count > most ? [across, Math.ceil(count / across)] : [across] };
    },
  };
}

interface Resizable {
  readonly code: string;
  /** The size before. */
  readonly size: number;
  /** Whether workgroups may continue in y. */
  readonly isFlat: boolean;
}

/** A kernel whose invocations work alone, and find their place from `global_invocation_id` only. */
function resizable(
  syntax: WgslSyntax | undefined,
  entryPoint: string | undefined,
  size: number,
): Resizable | undefined {
  const entries = syntax?.functions.filter(({ workgroupSize }) => workgroupSize !== undefined) ?? [];
  const entry = entries.find(({ name }) => entryPoint === undefined || name === entryPoint);
  if (syntax === undefined || entry === undefined || !entries.every(worksAlone)) return undefined;
  const [before, ...others] = new Set(entries.map(({ workgroupSize }) => numberOf(workgroupSize![0]!)));
  if (before === undefined || before === size || others.length > 0) return undefined;
  const groups = entry.parameters.find(({ builtin }) => builtin === "num_workgroups")?.name;
  const strides = groups === undefined ? [] : stridesOf(syntax, groups, before);
  const isFlat = strides.length > 0;
  if ((groups !== undefined) !== isFlat) return undefined;
  const sizes = entries.map(({ workgroupSize }) => workgroupSize![0]!);
  const changes = [...sizes, ...strides].map(({ start, end, type }) => ({
    ...{ start, end },
    text: `${size}${type === "u32" ? "u" : ""}`,
  }));
  return { code: replaced(syntax.code, changes), size: before, isFlat };
}

function worksAlone({ parameters, workgroupSize }: WgslFunction): boolean {
  return (
    workgroupSize!.length === 1 &&
    parameters.every(({ builtin }) => builtin === "global_invocation_id" || builtin === "num_workgroups")
  );
}

function numberOf({ kind, text }: Expression): number | undefined {
  return kind === "number" ? Number.parseInt(text, 10) : undefined;
}

/** The sizes in products with `groups.x`, the invocations of a row of workgroups; functions use the same name for it. */
function stridesOf({ functions }: WgslSyntax, groups: string, size: number): Expression[] {
  return functions
    .flatMap(({ body }) => [...expressionsOf(body)])
    .filter(({ kind, text, parts }) => kind === "binary" && text === "*" && endsInX(parts[0]!, groups))
    .map(({ parts }) => parts[1]!)
    .filter((factor) => numberOf(factor) === size);
}

function endsInX(expression: Expression, groups: string): boolean {
  const { kind, text, parts } = bare(expression);
  if (kind === "binary" && text === "*") return endsInX(parts[1]!, groups);
  return kind === "member" && text === "x" && parts[0]!.text === groups;
}
