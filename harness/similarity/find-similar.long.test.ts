import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask, loadTasks, taskNames } from "../catalog/load.ts";
import type { Attempt } from "../results/attempt.ts";
import { guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { loadVariants, writtenVariants } from "../verify/known-variants.ts";
import { WGSL_WORDS } from "../wgsl/words.ts";
import { findSimilar } from "./find-similar.ts";
import type { SimilarWork } from "./similar-work.ts";

const DEVICE: DeviceContext = {
  features: ["subgroups"],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};

/** The WGSL modules of a plan. */
function modulesOf(task: Awaited<ReturnType<typeof loadTask>>, plan: PlanFunction): string[] {
  const { shape, params } = task.spec.measures[0]!;
  const { passes } = plan({ task: task.spec.name, shape, params, device: DEVICE });
  return [...new Set(passes.map(({ code }) => code))];
}

/** Disguises a copied kernel: the same work under other names, in another order. */
function disguise(code: string, random: Random): string {
  const names = new Map<string, string>();
  const bare = code.replace(/\/\/[^\n]*/g, "").replace(/\s+/g, " ");
  const renamed = bare.replace(/(?<![\w.])[A-Za-z_]\w*/g, (name) => {
    if (WGSL_WORDS.has(name) || /^(let|var|const|enable|subgroups|(vec|mat)\w*)$/.test(name)) return name;
    if (!names.has(name)) names.set(name, `q${names.size}_${random.integer(0, 999)}`);
    return names.get(name)!;
  });
  const items = random.shuffled(topLevelItems(renamed));
  const dead = "fn never(a: f32, b: f32) -> f32 { if (a > b) { return a * 2.0 - b; } return b / (a + 1.0); }";
  let statements = 0;
  const unused = (): string => {
    statements++;
    if (statements % 12 === 0) return `var slack${statements} = 0.5; slack${statements} *= f32(${statements}); `;
    return statements % 6 === 0 ? `let unused${statements} = f32(${statements}) * 0.5; ` : "";
  };
  return [...items, dead]
    .join("\n")
    .replace(/; (?=(let|var|if|for|[a-z]\w* [-+*/]?=) )/g, (end) => `${end}${unused()}`)
    .replace(/([;{}]) /g, "$1\n    // continue here\n\t");
}

function topLevelItems(code: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, character] of [...code].entries()) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (depth > 0 || (character !== ";" && character !== "}")) continue;
    items.push(code.slice(start, index + 1).trim());
    start = index + 1;
  }
  return items;
}

/**
 * A kernel for each author: the task's variants with a skeleton of their own, and built-in kernels of neighbouring
 * tasks, as if authors had started from those.
 */
async function kernelsFor(name: string): Promise<string[]> {
  const task = await loadTask(name);
  const { honest, wrong } = await loadVariants(name);
  const own = [...honest, ...wrong].filter(({ ownSkeleton }) => ownSkeleton).map(({ plan }) => modulesOf(task, plan));
  const family = (await loadTasks()).filter(({ spec }) => spec.family === task.spec.family);
  const neighbours = family.filter(({ spec }) => spec.name !== name);
  const theirs = neighbours.map((other, index) => modulesOf(other, index % 2 === 0 ? other.tuned : other.plain));
  // Built-in kernels may share a module, as authors would not.
  const seen = new Set<string>();
  const kernels = [...own, ...theirs].filter((modules) => {
    const isNew = modules.every((module) => !seen.has(module));
    for (const module of modules) seen.add(module);
    return isNew;
  });
  return kernels.map((modules) => modules.join("\n"));
}

/** Tasks with kernels of several authors; generated variants share the skeleton of their plain kernel. */
const written = await Promise.all(
  taskNames().map(async (name) => ({ name, honest: (await writtenVariants(name)).honest })),
);
const tasks = written.filter(({ honest }) => honest.some(({ ownSkeleton }) => ownSkeleton)).map(({ name }) => name);

describe("submissions with some copies", () => {
  const cohort: Attempt[] = [];
  let work: SimilarWork;

  beforeAll(async () => {
    const random = new Random("a cohort", "similarity");
    for (const [index, task] of tasks.entries()) {
      const kernels = await kernelsFor(task);
      const copied = index % 2 === 0 ? (index / 2) % kernels.length : undefined;
      for (const [rank, text] of kernels.entries()) {
        const author = `${task}, author ${rank}`;
        cohort.push(madeUpAttempt(author, task, "accepted", { files: [{ name: "kernel.wgsl", text }] }));
        if (rank !== copied) continue;
        cohort.push(
          madeUpAttempt(`${author}'s copy`, task, "accepted", {
            files: [{ name: "mine.wgsl", text: disguise(text, random) }],
          }),
        );
      }
    }
    work = await findSimilar(cohort);
  });

  it("ranks all copies first, with at most a third of other groups among them", () => {
    const copies = cohort.filter(({ candidate }) => candidate.endsWith("'s copy")).length;
    expect(copies).toBe(Math.ceil(tasks.length / 2));
    const found = work.groups.slice(0, Math.floor((4 / 3) * copies)).filter(({ members }) => {
      const names = members.map(({ candidate }) => candidate);
      return names.some((name) => names.includes(`${name}'s copy`));
    });
    expect(found).toHaveLength(copies);
  });
});
