import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { loadTask, taskFolder } from "../../catalog/load.ts";
import { packageRoot } from "../../files/package-root.ts";
import type { Verdict } from "../../results/verdict.ts";
import type { RewrittenKernel, Variant, WrittenVariant } from "../../task/variant.ts";
import { generatedVariants } from "../../verify/generated-variants.ts";
import { writtenVariants } from "../../verify/known-variants.ts";
import { type Entry, entry, parseEntries } from "./entry.ts";
import { generatedMistakes } from "./generated-mistakes.ts";

const SPECIMENS = "harness/diagnosis/specimens";
const UNSEEN = "unseen.yaml";
const NATURAL = "harness/testing/corpus/natural";

/** Hostile submissions, and honest ones that look hostile. */
export function redteam(): Entry[] {
  return entriesIn("redteam", "redteam");
}

/** Learners' typical wrong kernels, for which a diagnosis must name the cause. */
export function specimens(): Entry[] {
  return entriesIn(SPECIMENS, "specimens", (name) => name !== UNSEEN);
}

/** Specimens that were never used to improve a finder. */
export function unseenSpecimens(): Entry[] {
  return entriesIn(SPECIMENS, "unseen specimens", (name) => name === UNSEEN);
}

/** Mistakes in kernels written from the statements alone, which no finder and no task was made for. */
export function natural(): Entry[] {
  const written = entriesIn(NATURAL, "natural mistakes").map((one) => ({ ...one, base: `${NATURAL}/${one.task}.ts` }));
  const tasks = naturalKernels().map(({ task }) => task);
  return [...written, ...generatedMistakes(NATURAL, tasks, GENERATED)];
}

/** Mistakes by rule, in as many tasks. */
const GENERATED = 10;

/** The kernels that natural mistakes are made in, without any. */
export function naturalKernels(): Entry[] {
  return readdirSync(join(packageRoot(), NATURAL))
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => {
      const file = `${NATURAL}/${name}`;
      const shared = { corpus: "kernels from statements", name: "correct", expect: "accepted" } as const;
      return entry({ ...shared, file, task: basename(name, ".ts"), idea: "is correct.", base: file });
    });
}

const EXPECTED = {
  honest: ["accepted"],
  imprecise: ["imprecise", "wrong-answer"],
  wrong: ["wrong-answer"],
  limited: ["wrong-answer"],
} as const satisfies Record<string, readonly Verdict[]>;

/** A task's variants, as far as they are modules: the written ones, and the generated ones that only rewrite sources. */
export async function variants(task: string): Promise<Entry[]> {
  const written: Partial<Record<keyof typeof EXPECTED, readonly WrittenVariant[]>> = await writtenVariants(task);
  const file = `kernels/${basename(dirname(taskFolder(task)))}/${task}/variants.ts`;
  const sorts = ["honest", "imprecise", "wrong", "limited"] as const;
  const ofWritten = sorts.flatMap((sort) =>
    (written[sort] ?? []).map((variant, index) =>
      entry({
        ...{
          corpus: `${sort} variants`,
          file,
          name: variant.name,
          task,
          idea: variant.name,
          expect: [...EXPECTED[sort]],
        },
        ...("mistake" in variant ? { mistake: String(variant.mistake) } : {}),
        ...("edits" in variant
          ? { edit: variant.edits.map(([from, to]): [string, string] => [from, to]) }
          : { of: `variants.${sort}[${index}].plan` }),
      }),
    ),
  );
  const { honest } = generatedVariants(await loadTask(task));
  return [...honest.flatMap((variant) => generatedEntry(task, variant)), ...ofWritten];
}

function generatedEntry(task: string, { name, rewritten }: Variant): Entry[] {
  if (rewritten === undefined) return [];
  const { kernel, kind, codes } = rewritten;
  const shared = {
    corpus: "honest variants",
    file: "harness/verify/generated-variants.ts",
    expect: "accepted",
  } as const;
  return [entry({ ...shared, name, task, idea: name, of: kernel, module: rewrittenModule(kind, codes) })];
}

function rewrittenModule(kind: RewrittenKernel["kind"], codes: RewrittenKernel["codes"]): string {
  return `import { plain as builtIn } from "./plain.js";

const codes = new Map(${JSON.stringify(codes)});

export default function plan(context) {
  const made = builtIn({ ...context, device: { ...context.device, features: [], kind: "${kind}" } });
  return { ...made, passes: made.passes.map((pass) => ({ ...pass, code: codes.get(pass.code) ?? pass.code })) };
}
`;
}

/** The example submissions for candidates. The first line of each module names its verdict. */
export function examples(): Entry[] {
  return readdirSync(join(packageRoot(), "submissions"), { withFileTypes: true })
    .filter((found) => found.isDirectory())
    .flatMap(({ name }) => examplesOf(name));
}

function examplesOf(name: string): Entry[] {
  const folder = join(packageRoot(), "submissions", name);
  const texts = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  const isModule = (file: string) => file.endsWith(".ts");
  return texts
    .filter(([file]) => isModule(file))
    .map(([module, text]) => {
      const file = `submissions/${name}/${module}`;
      const [, expect, idea = name] = /^\/\/ Expected verdict: ([a-z-]+)\n(?:\/\/ (.*)\n)?/.exec(text) ?? [];
      if (expect === undefined) throw new Error(`${file} does not begin with its expected verdict`);
      const files = Object.fromEntries(texts.filter(([other]) => other === module || !isModule(other)));
      const task = basename(module, ".ts");
      return entry({ corpus: "examples", file, name, task, idea, expect: expect as Verdict, files });
    });
}

function entriesIn(folder: string, corpus: string, isWanted: (name: string) => boolean = () => true): Entry[] {
  return readdirSync(join(packageRoot(), folder))
    .filter((name) => name.endsWith(".yaml") && isWanted(name))
    .sort()
    .flatMap((name) => {
      const file = `${folder}/${name}`;
      return parseEntries(readFileSync(join(packageRoot(), file), "utf8"), { corpus, file });
    });
}
