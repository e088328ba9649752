import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import type { Task, TensorSpec } from "../task/task.ts";

/** Where the types lie that `import … from "kernelmark"` gives. */
const API = "harness/submission/candidate-api.d.ts";
const TASKS = "harness/submission/task-types.d.ts";
const WGSL = "harness/submission/wgsl-files.d.ts";

/**
 * The names of every task, as types: the content of `task-types.d.ts`, which `npm run schema` writes.
 *
 * @internal
 */
export function taskTypes(tasks: readonly Task[]): string {
  const entries = tasks.map(({ spec }) =>
    [
      `  ${comment(spec.title)}`,
      `  readonly ${key(spec.name)}: {`,
      ...record("shape", numbers(spec.shape)),
      ...record("params", numbers(spec.params)),
      ...record("inputs", tensors(spec.inputs)),
      ...record("outputs", tensors(spec.outputs)),
      "  };",
    ].join("\n"),
  );
  return `// Written from the tasks' specs by \`npm run schema\`: edit those.

/** What each task's shape, params and tensors are called. */
export interface Tasks {
${entries.join("\n")}
}
`;
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly about: string;
}

function numbers(abouts: Readonly<Record<string, string>>): Member[] {
  return Object.entries(abouts).map(([name, about]) => ({ name, type: "number", about }));
}

function tensors(specs: readonly TensorSpec[]): Member[] {
  return specs.map(({ name, type, dims, about }) => ({
    name,
    type: JSON.stringify(type),
    about: `[${dims.join(", ")}]: ${about}`,
  }));
}

function record(name: string, members: readonly Member[]): string[] {
  if (members.length === 0) return [`    readonly ${name}: Readonly<Record<never, never>>;`];
  const lines = members.flatMap((member) => [
    `      ${comment(member.about)}`,
    `      readonly ${key(member.name)}: ${member.type};`,
  ]);
  return [`    readonly ${name}: {`, ...lines, "    };"];
}

function comment(text: string): string {
  return `/** ${text.replaceAll("*/", "*\\/")} */`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/**
 * All types in one file that stands alone, for a folder outside of any installation: an editor finds `kernelmark` and
 * `.wgsl` files by it.
 */
export function standaloneTypes(): string {
  const [api, tasks, wgsl] = [API, TASKS, WGSL].map((file) => readFileSync(join(packageRoot(), file), "utf8"));
  // Inside `declare module`, everything is declared already, and the two files see each other.
  const joined = `${tasks}\n${api}`
    .replace(/^\/\/.*\n/gm, "")
    .replace(/^import .*\n/gm, "")
    .replace(/^export declare /gm, "export ")
    .trim();
  return `// Types for editors, written by \`kernelmark init\`, which writes them anew: do not edit.

declare module "kernelmark" {
${joined.replace(/^(?=.)/gm, "  ")}
}

${wgsl!.trim()}

/** What a plan function logs is shown with its verdict. */
declare const console: { log(...values: readonly unknown[]): void };
`;
}
