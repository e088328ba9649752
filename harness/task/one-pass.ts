import type { Shape } from "../../reference/oracle.ts";
import { UserError } from "../text/user-error.ts";
import type { PlanFunction } from "./plan.ts";
import type { Starter, TaskSpec } from "./task.ts";

/** A kernel that does all of a task in one pass. */
export interface OnePass<K extends string> {
  readonly code: string;
  /** The names of the shape whose sizes, multiplied, say how many invocations or workgroups there are. */
  readonly invocationFor?: readonly K[];
  readonly workgroupFor?: readonly K[];
}

type Interface<K extends string, P extends string> = Pick<TaskSpec<K, P>, "shape" | "params" | "inputs" | "outputs">;

/**
 * The plan for such a kernel. Sizes and params are given to the `override` declarations with their names in capitals,
 * tensors are bound in the order of the task. Workgroups beyond the limit of one dimension continue in y.
 */
export function onePassPlan<K extends string, P extends string>(
  task: Interface<K, P>,
  pass: OnePass<K>,
): PlanFunction<K, P> {
  const { code } = pass;
  const declared = new Set(Array.from(code.matchAll(/^override (\w+)/gm), ([, name]) => name!));
  const tensors = bindingsOf(task);
  return ({ shape, params, device }) => {
    const values = Object.entries<number>({ ...shape, ...params }).map(([name, value]) => [name.toUpperCase(), value]);
    const workgroups = workgroupsOf(pass, shape);
    const across = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension!);
    const down = Math.ceil(workgroups / across);
    return {
      passes: [
        {
          code,
          constants: Object.fromEntries(values.filter(([name]) => declared.has(String(name)))),
          bindings: tensors,
          workgroups: down === 1 ? [across] : [across, down],
        },
      ],
    };
  };
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
  const head = `// A starter, not yet correct. See \`npx kernelmark tasks ${name}\`.\n\n`;
  const kernel = head + code.replace(/^(\/\/.*\n)+\n?/, "").replace(CUT, "$1$2\n");
  return {
    kernel,
    module: starterModule(name, task, { ...pass, code: kernel }),
    plan: onePassPlan(task, { ...pass, code: kernel }),
  };
}

/** The kernel without the lines that only the starter has. */
export function withoutMarks(code: string): string {
  return code.replace(/^[ \t]*\/\/ (not in the starter|instead: .*)\n/gm, "");
}

function starterModule<K extends string>(name: string, task: Interface<K, string>, pass: OnePass<K>): string {
  const { code, invocationFor, workgroupFor = [] } = pass;
  const sources = { shape: Object.keys(task.shape), params: Object.keys(task.params) };
  const constants = Object.entries(sources).flatMap(([source, names]) =>
    names
      .filter((own) => new RegExp(`^override ${own.toUpperCase()}\\b`, "m").test(code))
      .map((own) => `${own.toUpperCase()}: ${source}.${own}`),
  );
  const used = Object.keys(sources).filter((source) => constants.some((text) => text.includes(`${source}.`)));
  const size = (names: readonly string[]) => names.map((own) => `shape.${own}`).join(" * ");
  const workgroups = invocationFor
    ? `Math.ceil(${paren(size(invocationFor))} / ${workgroupSize(code)})`
    : size(workgroupFor);
  return `import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ ${used.join(", ")} }: PlanContext<"${name}">): Plan<"${name}"> {
  return {
    passes: [
      {
        code,
        constants: { ${constants.join(", ")} },
        bindings: ${JSON.stringify(bindingsOf(task)).replaceAll(",", ", ")},
        workgroups: [${workgroups}],
      },
    ],
  };
}
`;
}

function paren(product: string): string {
  return product.includes(" ") ? `(${product})` : product;
}
