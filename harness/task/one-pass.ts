import type { Params, Shape } from "../../reference/oracle.ts";
import { UserError } from "../text/user-error.ts";
import { PLAIN_DEVICE } from "./plain-device.ts";
import type { DeviceContext, OnePass, Pass, PlanFunction } from "./plan.ts";
import type { Starter, TaskSpec } from "./task.ts";

type Interface<K extends string, P extends string> = Pick<TaskSpec<K, P>, "shape" | "params" | "inputs" | "outputs">;

/**
 * The plan for such a kernel. Sizes and params are given to the `override` declarations with their names in capitals,
 * tensors are bound in the order of the task. Workgroups beyond the limit of one dimension continue in y.
 */
export function onePassPlan<K extends string, P extends string>(
  task: Interface<K, P>,
  pass: OnePass<K>,
): PlanFunction<K, P> {
  const { code, bindings = bindingsOf(task) } = pass;
  const declared = new Set(Array.from(code.matchAll(/^override (\w+)/gm), ([, name]) => name!));
  return ({ shape, params, device }) => {
    const values = Object.entries(constantsOf(shape, params)).filter(([name]) => declared.has(name));
    return {
      passes: [
        {
          code,
          constants: Object.fromEntries(values),
          bindings,
          workgroups: spread(workgroupsOf(pass, shape), device),
        },
      ],
    };
  };
}

/** Sizes and params by their names in capitals. */
export function constantsOf(shape: Shape, params: Params): Record<string, number> {
  const values = Object.entries({ ...shape, ...params });
  return Object.fromEntries(values.map(([name, value]) => [name.toUpperCase(), value]));
}

/**
 * Passes of one module, in this order: an entry point, and how many invocations it needs at least.
 *
 * @param device given if the entry points expect workgroups beyond the limit of one dimension in y
 */
export function passesOf(
  module: Pick<Pass, "code" | "constants" | "bindings">,
  workgroupSize: number,
  invocations: Readonly<Record<string, number>>,
  device?: Pick<DeviceContext, "limits">,
): Pass[] {
  return Object.entries(invocations).map(([entryPoint, count]) => {
    const workgroups = Math.ceil(count / workgroupSize);
    return { ...module, entryPoint, workgroups: device ? spread(workgroups, device) : [workgroups] };
  });
}

/** Workgroups in x or, if they exceed the limit of one dimension, in x and y. */
export function spread(workgroups: number, { limits }: Pick<DeviceContext, "limits">): [number] | [number, number] {
  const across = Math.min(workgroups, limits.maxComputeWorkgroupsPerDimension);
  const down = Math.ceil(workgroups / across);
  return down === 1 ? [across] : [across, down];
}

/** The distinct sources of a plan on a device with the guaranteed limits. */
export function planSources<K extends string, P extends string>(
  { name, checks }: Pick<TaskSpec<K, P>, "name" | "checks">,
  plan: PlanFunction<K, P>,
): string[] {
  const { shape, params } = checks[0]!;
  const { passes } = plan({ task: name, shape, params, device: PLAIN_DEVICE });
  return [...new Set(passes.map(({ code }) => code))];
}

function bindingsOf({ inputs, outputs }: Pick<TaskSpec<string, string>, "inputs" | "outputs">): string[] {
  return [...inputs, ...outputs].map(({ name }) => name);
}

function workgroupsOf<K extends string>({ code, invocationFor, workgroupFor = [] }: OnePass<K>, shape: Shape<K>) {
  const count = (names: readonly K[]) => names.reduce((product, name) => product * shape[name], 1);
  return invocationFor ? Math.ceil(count(invocationFor) / workgroupSize(code)) : count(workgroupFor);
}

/** The product of the sizes in `@workgroup_size(…)`, which must be numbers. */
function workgroupSize(code: string): number {
  const sizes = /@workgroup_size\(([\d, ]+)\)/.exec(code)?.[1];
  if (sizes === undefined)
    throw new Error("the kernel has no @workgroup_size(…) of numbers, from which to make its plan");
  return sizes.split(",").reduce((product, size) => product * Number(size), 1);
}

const CUT = /^[ \t]*\/\/ not in the starter\n[\s\S]*?^([ \t]*)\/\/ instead: (.*)\n/gm;

/**
 * The starter that a plain kernel's marked regions make: lines from `// not in the starter` to `// instead: …` give way
 * to the statement after it. The module is the plain plan, written out.
 */
export function starterOf<K extends string, P extends string>(
  name: string,
  task: Interface<K, P>,
  pass: OnePass<K>,
): Starter<K, P> {
  const { code } = pass;
  if (!new RegExp(CUT).test(code)) {
    throw new UserError(
      `plain.wgsl of ${name} marks no region that is not in the starter.`,
      "Start the region with `// not in the starter`, end it with `// instead: <statement>`.",
    );
  }
  return writtenStarter(name, task, { ...pass, code: starterCode(code) });
}

/** A plain kernel without its first comment and the regions that are not in the starter. */
export function starterCode(code: string): string {
  return code.replace(/^(\/\/.*\n)+\n?/, "").replace(CUT, "$1$2\n");
}

/** A starter of one pass. */
export function writtenStarter<K extends string, P extends string>(
  name: string,
  task: Interface<K, P>,
  pass: OnePass<K>,
): Starter<K, P> {
  const kernel = `// A starter, not yet correct. See \`npx kernelmark tasks ${name}\`.\n\n${pass.code}`;
  return {
    kernel,
    module: starterModule(name, task, { ...pass, code: kernel }),
    plan: onePassPlan(task, { ...pass, code: kernel }),
  };
}

/** A kernel's declarations, from its first `override` to its last binding, for a module with the same interface. */
export function declarationsOf(code: string): string {
  const found = /^override[\s\S]*^@group.*;\n/m.exec(code);
  if (found === null) throw new Error("the kernel declares no override and no binding");
  return found[0];
}

/** The kernel without the lines that only the starter has. */
export function withoutMarks(code: string): string {
  return code.replace(/^[ \t]*\/\/ (not in the starter|instead: .*)\n/gm, "");
}

function starterModule<K extends string>(name: string, task: Interface<K, string>, pass: OnePass<K>): string {
  const { code, invocationFor, workgroupFor = [], bindings = bindingsOf(task) } = pass;
  const { used, constants } = constantTexts(task, code, (source, own) => `${source}.${own}`);
  const parts = (["shape", "params"] as const).filter((source) => used[source].length > 0);
  const size = (names: readonly string[]) => names.map((own) => `shape.${own}`).join(" * ") || "1";
  const workgroups = invocationFor
    ? `Math.ceil(${paren(size(invocationFor))} / ${workgroupSize(code)})`
    : size(workgroupFor);
  return `import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ ${parts.join(", ")} }: PlanContext<"${name}">): Plan<"${name}"> {
  return {
    passes: [
      {
        code,
        constants: { ${constants} },
        bindings: ${arrayText(bindings)},
        workgroups: [${workgroups}],
      },
    ],
  };
}
`;
}

/**
 * The plan of `onePassPlan` as a module that stands alone, as submissions do.
 *
 * @internal
 * @param file the kernel's source, as the module imports it
 */
export function onePassModule<K extends string>(
  task: Interface<K, string>,
  pass: OnePass<K>,
  exportedAs: string,
  file: string,
): string {
  const { code, invocationFor, workgroupFor = [], bindings = bindingsOf(task) } = pass;
  const { used, constants } = constantTexts(task, code, (_, name) => name);
  const names = [...new Set([...used.shape, ...(invocationFor ?? workgroupFor)])];
  const count = (invocationFor ?? workgroupFor).join(" * ") || "1";
  const size = invocationFor ? `const WORKGROUP_SIZE = ${workgroupSize(code)};\n\n` : "";
  return `import code from "${file}";

${size}const plan = ({ shape: { ${names.join(", ")} }, params: { ${used.params.join(", ")} }, device }) => ({
  passes: [
    {
      code,
      constants: { ${constants} },
      bindings: ${arrayText(bindings)},
      workgroups: spread(${invocationFor ? `Math.ceil(${paren(count)} / WORKGROUP_SIZE)` : count}, device),
    },
  ],
});

function spread(workgroups, { limits }) {
  const across = Math.min(workgroups, limits.maxComputeWorkgroupsPerDimension);
  return across === workgroups ? [across] : [across, Math.ceil(workgroups / across)];
}

export { plan as ${exportedAs} };
`;
}

/** The override declarations' values, written in TypeScript, and the names that they use. */
function constantTexts<K extends string>(
  { shape, params }: Interface<K, string>,
  code: string,
  valueText: (source: "shape" | "params", name: string) => string,
) {
  const isDeclared = (name: string) => new RegExp(`^override ${name.toUpperCase()}\\b`, "m").test(code);
  const used = { shape: Object.keys(shape).filter(isDeclared), params: Object.keys(params).filter(isDeclared) };
  const texts = (source: "shape" | "params") =>
    used[source].map((name) => `${name.toUpperCase()}: ${valueText(source, name)}`);
  return { used, constants: [...texts("shape"), ...texts("params")].join(", ") };
}

function arrayText(names: readonly string[]): string {
  return JSON.stringify(names).replaceAll(",", ", ");
}

function paren(product: string): string {
  return product.includes(" ") ? `(${product})` : product;
}
