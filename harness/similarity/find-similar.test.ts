import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask, loadTasks, taskNames } from "../catalog/load.ts";
import type { Attempt, SubmittedFile } from "../results/attempt.ts";
import { guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { loadVariants, writtenVariants } from "../verify/known-variants.ts";
import { WGSL_WORDS } from "../wgsl/words.ts";
import { findSimilar } from "./find-similar.ts";
import { publicFiles } from "./public-files.ts";
import type { SimilarGroup, SimilarWork } from "./similar-work.ts";

const DEVICE: DeviceContext = {
  features: ["subgroups"],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};

const attempt = (candidate: string, task: string, files: readonly SubmittedFile[]) =>
  madeUpAttempt(candidate, task, "accepted", { files });

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
        cohort.push(attempt(author, task, [{ name: "kernel.wgsl", text }]));
        if (rank !== copied) continue;
        cohort.push(attempt(`${author}'s copy`, task, [{ name: "mine.wgsl", text: disguise(text, random) }]));
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

/** A unique kernel: each number gives sums with other operations in another order. */
function ownKernel(number: number): string {
  const random = new Random("a kernel", number);
  const operations = ["sin", "cos", "tanh", "sqrt", "floor", "abs", "exp", "log"];
  const lines = Array.from({ length: 30 }, () => {
    const [one, other] = random.shuffled(operations);
    return `  sum ${random.shuffled(["+=", "*=", "-="])[0]} ${one}(x[i] ${random.shuffled(["*", "+", "/"])[0]} ${other}(sum));`;
  });
  return `fn own(i: u32) -> f32 {\n  var sum = 0.0;\n${lines.join("\n")}\n  return sum;\n}\n@compute @workgroup_size(64) fn main() { y[0] = own(0); }`;
}

const groupsOf = async (...work: Parameters<typeof findSimilar>) => (await findSimilar(...work)).groups;
const namesIn = ({ members }: SimilarGroup) => members.map(({ candidate }) => candidate);
const wgsl = (text: string): SubmittedFile[] => [{ name: "kernel.wgsl", text }];

describe("a similar part", () => {
  it("is given by its lines, also in a module's template", async () => {
    const code = ownKernel(1);
    const module = `import type { Plan } from "kernelmark";\n\nconst size = \`64\`;\nexport const code = /* wgsl */ \`\n${code}\`;`;
    const [group, ...others] = await groupsOf([
      attempt("zoe", "t", [{ name: "t.ts", text: module }]),
      attempt("ada", "t", wgsl(`// mine\n${code.replaceAll("sum", "total")}`)),
      attempt("eve", "t", wgsl(ownKernel(2))),
    ]);
    expect(others).toEqual([]);
    expect(namesIn(group!)).toEqual(["ada", "zoe"]);
    expect(group).toMatchObject({ task: "t", highest: 1, lowest: 1, omittedPairs: 0 });
    const [pair, ...otherPairs] = group!.pairs;
    expect(otherPairs).toEqual([]);
    expect(pair).toMatchObject({ a: 0, b: 1, similarity: 1 });
    const [longest, ...shorter] = pair!.fragments;
    expect(shorter).toEqual([]);
    expect(longest!.a).toEqual({ file: "kernel.wgsl", fromLine: 2, toLine: 36 });
    expect(longest!.b).toEqual({ file: "t.ts", fromLine: 5, toLine: 39 });
    expect(pair!.longestFragment).toBe(longest!.tokens);
  });

  it("keeps its line numbers after a substitution of several lines in a template", async () => {
    const code = ownKernel(1);
    const module = `export const code = \`\${[\n  "a }",\n  \`b\`,\n].join()}\n${code}\`;`;
    const [group] = await groupsOf([
      attempt("ada", "t", [{ name: "t.ts", text: module }]),
      attempt("eve", "t", wgsl(code)),
    ]);
    expect(group?.pairs[0]?.fragments[0]?.a).toMatchObject({ fromLine: 5 });
  });

  it("excludes the starter, built-in kernels, examples and the tutorial", async () => {
    const published = await publicFiles("softmax");
    expect(published.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["starter.wgsl", "plain.wgsl", "tuned.wgsl", "softmax-long-rows.wgsl", "softmax.ts"]),
    );
    const files = [...published, ...wgsl("fn mine() {}")];
    expect(await groupsOf([attempt("ada", "softmax", files), attempt("eve", "softmax", files)])).toEqual([]);
    expect(await groupsOf([attempt("ada", "t", files), attempt("eve", "t", files)])).toHaveLength(1);
  });

  it("excludes code shared by many, unless whole kernels are the same", async () => {
    const many = Array.from({ length: 12 }, (_, index) => `${ownKernel(0)}\n${ownKernel(index + 1)}`);
    expect(await groupsOf(many.map((text, index) => attempt(`${index}`, "t", wgsl(text))))).toEqual([]);
    const few = many.slice(0, 3).map((text, index) => attempt(`${index}`, "t", wgsl(text)));
    expect((await groupsOf(few)).map(namesIn)).toEqual([["0", "1", "2"]]);
    const same = Array.from({ length: 21 }, (_, index) => attempt(`${index}`, "t", wgsl(`// ${index}\n${many[0]}`)));
    expect((await groupsOf(same)).map(({ members }) => members.length)).toEqual([21]);
  });

  it("is sought only within a task, among those who submitted something", async () => {
    const text = ownKernel(1);
    const groups = await groupsOf([
      attempt("ada", "t", wgsl(text)),
      attempt("eve", "u", wgsl(text)),
      attempt("zoe", "t", []),
    ]);
    expect(groups).toEqual([]);
  });

  it.each([
    ["unclosed brackets", "fn a() { let b = (((( struct fn var< let"],
    ["deeply nested templates", "const a = `".concat("${`".repeat(5_000))],
    ["an empty text", ""],
    ["other alphabets", "fn \u540d() { let \ud83d\ude00 = \u202e; }"],
  ])("is not found in %s, without an error", async (_, text) => {
    const files = [
      { name: "t.ts", text },
      { name: "t.wgsl", text },
    ];
    expect(await groupsOf([attempt("ada", "t", files), attempt("eve", "t", files)])).toEqual([]);
  });
});

describe("a group", () => {
  /** A kernel made of some of the parts: two kernels are as similar as the share of parts that they have in common. */
  const ofParts = (...parts: number[]) => wgsl(parts.map(ownKernel).join("\n"));

  it("holds the copies of a copy, each variant once, and compares one of each", async () => {
    const [group, ...others] = await groupsOf([
      attempt("ada", "t", ofParts(1, 2, 3)),
      attempt("bob", "t", ofParts(1, 2, 3)),
      attempt("eve", "t", ofParts(1, 2, 4)),
      attempt("zoe", "t", ofParts(1, 4, 5)),
      attempt("max", "t", ofParts(6, 7, 8)),
    ]);
    expect(others).toEqual([]);
    expect(namesIn(group!)).toEqual(["ada", "bob", "eve", "zoe"]);
    const [ada, bob, eve, zoe] = group!.members.map(({ variant }) => variant);
    expect(bob).toBe(ada);
    expect(new Set([ada, eve, zoe]).size).toBe(3);
    expect(group!.pairs[0]).toMatchObject({ a: 0, b: 1 });
    expect(group!.pairs.map(({ a, b }) => `${a} ${b}`).sort()).toEqual(["0 1", "0 2", "0 3", "2 3"]);
    expect(group!.highest).toBe(1);
    expect(group!.lowest).toBeLessThan(0.5);
  });

  it("is not a chain of which most are not alike: a pair that joins two groups is its own", async () => {
    const chain = Array.from({ length: 8 }, (_, at) => attempt(`${at}`, "t", ofParts(at, at + 1)));
    const groups = await groupsOf(chain);
    for (const { members } of groups) expect(members.length).toBeLessThanOrEqual(3);
    const pairs = new Set(
      groups.flatMap((group) => group.pairs.map(({ a, b }) => `${namesIn(group)[a]} ${namesIn(group)[b]}`)),
    );
    for (let at = 1; at < chain.length; at++) expect(pairs).toContain(`${at - 1} ${at}`);
  });

  it("may be with earlier cohorts, but has someone of this run", async () => {
    const earlier = (candidate: string, files: readonly SubmittedFile[]) => ({
      cohort: "2025",
      candidate,
      task: "t",
      files,
    });
    const groups = await groupsOf(
      [attempt("ada", "t", ofParts(1)), attempt("eve", "t", ofParts(2))],
      [earlier("zoe", ofParts(1)), earlier("kim", ofParts(3)), earlier("lee", ofParts(3)), earlier("max", ofParts(1))],
    );
    expect(groups).toHaveLength(1);
    expect(groups[0]!.members.map(({ candidate, cohort }) => [candidate, cohort])).toEqual([
      ["ada", null],
      ["max", "2025"],
      ["zoe", "2025"],
    ]);
    expect(groups[0]!.pairs).toMatchObject([{ a: 0, b: 1, similarity: 1 }]);
  });

  it("is counted if there are too many to list", async () => {
    const attempts = Array.from({ length: 603 }, (_, at) => attempt(`${at}`, `t${Math.floor(at / 3)}`, ofParts(1)));
    const work = await findSimilar(attempts);
    expect(work.groups).toHaveLength(200);
    expect(work).toMatchObject({ omittedGroups: 1, omittedPairs: 3 });
  });

  it("lists its most similar pairs, and counts the others", async () => {
    const attempts = Array.from({ length: 6 }, (_, at) => attempt(`${at}`, "t", ofParts(1, 2, 3, at + 10)));
    const [group] = await groupsOf(attempts);
    expect(group!.members).toHaveLength(6);
    expect(group!.pairs).toHaveLength(10);
    expect(group!.omittedPairs).toBe(5);
  });
});
