import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../../reference/random.ts";
import { packageRoot } from "../../files/package-root.ts";
import { type Entry, entry } from "./entry.ts";

const FILE = "harness/testing/corpus/generated-mistakes.ts";

/** A mistake in a kernel: `from` becomes `to` at an offset of its WGSL. */
interface Slip {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

interface Rule {
  readonly name: string;
  readonly idea: string;
  readonly says: string;
  slips(code: string): Slip[];
}

const OTHER_BUILTIN: Readonly<Record<string, string>> = {
  workgroup_id: "local_invocation_id",
  global_invocation_id: "local_invocation_id",
  local_invocation_id: "global_invocation_id",
};

/** What generators of code get wrong, as rules: each finds all its places in a module. */
const RULES: readonly Rule[] = [
  {
    name: "another builtin",
    idea: "an index comes from another builtin value of the same type",
    says: "/is the builtin `\\w+`, but should be `\\w+`/",
    slips: (code) =>
      places(code, /@builtin\((\w+)\) \w+: vec3u/g, (text, builtin) =>
        text.replace(builtin, OTHER_BUILTIN[builtin] ?? builtin),
      ),
  },
  {
    name: "no guard",
    idea: "surplus invocations are not stopped",
    says: "/[Gg]uard surplus|surplus invocations|lacks/",
    slips: (code) =>
      places(code, / *if \(([\w.]+) >= [^\n]*\) \{\n *return;\n *\}\n/g, () => "").filter(({ from }) => {
        // Workgroups of rows have no surplus in small cases.
        const [, index = ""] = /\(([\w.]+)/.exec(from) ?? [];
        return index.startsWith("id.") || code.includes(`let ${index} = id.`);
      }),
  },
  {
    name: "no barrier",
    idea: "a workgroupBarrier() is missing",
    says: "/[bB]arrier/",
    slips: (code) => places(code, / *workgroupBarrier\(\);\n/g, () => ""),
  },
  {
    name: "an index one too high",
    idea: "an index is moved by one",
    says: "/\\+ 1u?\\b/",
    slips: (code) => places(code, /(?<=\w)\[\w+ \+ \w+\](?= [-+*/]|\)|;)/g, (text) => text.replace("]", " + 1u]")),
  },
];

function places(code: string, pattern: RegExp, change: (text: string, group: string) => string): Slip[] {
  return [...code.matchAll(pattern)]
    .map(({ 0: from, 1: group = "", index }) => ({ at: index, from, to: change(from, group) }))
    .filter(({ from, to }) => from !== to);
}

/** Mistakes of `rules` in the kernels of a folder's tasks, one in each of the first ones that shuffling gives. */
export function generatedMistakes(folder: string, tasks: readonly string[], count: number): Entry[] {
  const random = new Random("slips", "generated");
  const made: Entry[] = [];
  for (const task of random.shuffled(tasks)) {
    if (made.length === count) break;
    const files = wgslOf(folder, task);
    const rule = RULES[made.length % RULES.length]!;
    const found = files.flatMap((code) => rule.slips(code).flatMap((slip) => uniqueEdits(files, code, slip)));
    const [edit] = random.shuffled(found);
    if (edit === undefined) continue;
    made.push(
      entry({
        corpus: "generated mistakes",
        file: FILE,
        name: `generated: ${rule.name}`,
        task,
        idea: rule.idea,
        expect: "wrong-answer",
        says: [rule.says],
        shows: [SYMPTOM],
        base: `${folder}/${task}.ts`,
        edit: [edit],
      }),
    );
  }
  return made;
}

/** Where or how outputs are wrong. */
const SYMPTOM = "/wrong|shifted|never written|NaN|zeros|out of bounds/";

function wgslOf(folder: string, task: string): string[] {
  const path = join(packageRoot(), folder);
  const names = readdirSync(path).filter((name) => name.endsWith(".wgsl") && ownTask(name, task));
  return names.sort().map((name) => readFileSync(join(path, name), "utf8"));
}

function ownTask(name: string, task: string): boolean {
  return name === `${task}.wgsl` || (name.startsWith(`${task}-`) && !name.startsWith(`${task}-attention`));
}

/** A slip with as much of the code before it as makes it the only one of its text; none if nothing does. */
function uniqueEdits(files: readonly string[], code: string, { at, from, to }: Slip): [string, string][] {
  const all = files.join("\n");
  for (let start = at; start >= 0; start = start === 0 ? -1 : code.lastIndexOf("\n", start - 2) + 1) {
    const before = code.slice(start, at);
    if (all.split(before + from).length === 2) return [[before + from, before + to]];
  }
  return [];
}
