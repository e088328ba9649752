import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask, taskFolder } from "../catalog/load.ts";
import { type Attempt, noTimings, type SubmittedFile } from "../results/attempt.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import type { Variants } from "../task/variant.ts";
import { WGSL_WORDS } from "../wgsl/words.ts";
import { findSimilar } from "./find-similar.ts";
import { houseFiles } from "./house-files.ts";
import type { SimilarPair } from "./similar-pair.ts";

const DEVICE: DeviceContext = {
  features: ["subgroups"],
  limits: { maxComputeWorkgroupsPerDimension: 65535, maxComputeInvocationsPerWorkgroup: 256 },
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};

function attempt(candidate: string, task: string, files: readonly SubmittedFile[]): Attempt {
  return {
    ...{ schema: 1, candidate, task, file: `${task}.ts`, hash: "", files, verdict: "accepted", message: "" },
    ...{ evidence: null, mistake: null, findings: [], cases: [], caseCount: 0, log: "", remarks: [], startedAt: "" },
    ...{ durationMs: 0, timings: noTimings, measurement: null },
  };
}

/** The WGSL of a plan, as a candidate would keep it. */
function kernelOf(task: Awaited<ReturnType<typeof loadTask>>, plan: PlanFunction): string {
  const { shape, params } = task.spec.measures[0]!;
  const { passes } = plan({ task: task.spec.name, shape, params, device: DEVICE });
  return [...new Set(passes.map(({ code }) => code))].join("\n");
}

/** What somebody does to a kernel who does not want it to be known: the same work under other names, in another order. */
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
    .replace(/([;{}]) /g, "$1\n    // here we go on\n\t");
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
 * Who wrote a kernel of their own, by task: of the variants, most of which share a skeleton, one for each skeleton, and
 * house kernels of a neighbouring task, as by somebody who began with what they knew.
 */
const AUTHORS: Readonly<Record<string, readonly string[]>> = {
  attention: [
    "exp2 of a fused product and difference",
    "flash-attention tuned",
    "gqa-decode plain",
    "multi-head-attention tuned",
  ],
  "cross-entropy": ["online", "subgroups", "rows in four parts", "softmax plain", "softmax tuned"],
  "flash-attention": [
    "everything in reverse, workgroups of 1",
    "keys split in eight parts",
    "attention tuned",
    "gqa-decode tuned",
    "multi-head-attention plain",
  ],
  "gmm-e-step": [
    "x·P - mean·P, fused, with an online logsumexp",
    "lanes over the components, with subgroup operations",
    "gmm-m-step tuned",
    "gmm-fit plain",
  ],
  "gmm-fit": [
    "x·P - mean·P and online logsumexp, sums from the last point on",
    "with subgroup operations",
    "gmm-e-step tuned",
    "gmm-m-step plain",
  ],
  "gmm-m-step": [
    "four partial sums, one result to a workgroup",
    "four lanes to a result, with subgroup operations",
    "gmm-e-step plain",
    "gmm-fit tuned",
  ],
  "gqa-decode": [
    "online, one position at a time",
    "vec4 loads where keys allow it",
    "subgroups",
    "attention plain",
    "flash-attention tuned",
  ],
  "matmul-int4": [
    "reversed, workgroups of 256",
    "sums of activations in a pass of their own",
    "matmul-int8 plain",
    "matmul-nf4 tuned",
  ],
  "matmul-int8": [
    "sequential, workgroups of 1",
    "vectors of four bytes",
    "split along k, atomic sums",
    "matmul-int4 plain",
    "matmul-nf4 tuned",
  ],
  "matmul-nf4": [
    "reversed, workgroups of 256",
    "absmax in a pass of its own",
    "matmul-int4 tuned",
    "matmul-int8 plain",
  ],
  "multi-head-attention": ["online, one key at a time", "subgroups", "attention tuned", "gqa-decode plain"],
  softmax: [
    "online, one invocation a row",
    "subgroups",
    "three passes, exponentials kept in the output",
    "one maximum for all rows",
    "along the wrong axis",
    "cross-entropy tuned",
  ],
};

async function kernelsFor(name: string): Promise<string[]> {
  const task = await loadTask(name);
  const { variants }: { variants: Variants } = await import(/* @vite-ignore */ `${taskFolder(name)}/variants.ts`);
  return Promise.all(
    AUTHORS[name]!.map(async (author) => {
      const variant = [...variants.honest, ...variants.wrong].find((one) => one.name === author);
      if (variant !== undefined) return kernelOf(task, variant.plan);
      const [neighbour, kernel] = author.split(" ") as [string, "plain" | "tuned"];
      const other = await loadTask(neighbour);
      return kernelOf(other, other[kernel]);
    }),
  );
}

describe("a cohort of 60 in which 6 have copied", () => {
  const cohort: Attempt[] = [];
  let pairs: SimilarPair[];

  beforeAll(async () => {
    const random = new Random("a cohort", "similarity");
    for (const [index, task] of Object.keys(AUTHORS).sort().entries()) {
      for (const [rank, text] of (await kernelsFor(task)).entries()) {
        const author = `${task}, author ${rank}`;
        cohort.push(attempt(author, task, [{ name: "kernel.wgsl", text }]));
        if (index % 2 !== 0 || rank !== (index / 2) % 4) continue;
        cohort.push(attempt(`${author}'s copy`, task, [{ name: "mine.wgsl", text: disguise(text, random) }]));
      }
    }
    pairs = await findSimilar(cohort);
  });

  it("finds all six among the first eight", () => {
    expect(cohort).toHaveLength(60);
    const found = pairs.slice(0, 8).filter(({ a, b }) => b === `${a}'s copy`);
    expect(found).toHaveLength(6);
  });
});

/** A kernel that nobody else has: sums with other operations in another order for each number. */
function ownKernel(number: number): string {
  const random = new Random("a kernel", number);
  const operations = ["sin", "cos", "tanh", "sqrt", "floor", "abs", "exp", "log"];
  const lines = Array.from({ length: 30 }, () => {
    const [one, other] = random.shuffled(operations);
    return `  sum ${random.shuffled(["+=", "*=", "-="])[0]} ${one}(x[i] ${random.shuffled(["*", "+", "/"])[0]} ${other}(sum));`;
  });
  return `fn own(i: u32) -> f32 {\n  var sum = 0.0;\n${lines.join("\n")}\n  return sum;\n}\n@compute @workgroup_size(64) fn main() { y[0] = own(0); }`;
}

const wgsl = (text: string): SubmittedFile[] => [{ name: "kernel.wgsl", text }];

describe("what is alike", () => {
  it("is named by lines, also in a module's template", async () => {
    const code = ownKernel(1);
    const module = `import type { Plan } from "kernelmark";\n\nconst size = \`64\`;\nexport const code = /* wgsl */ \`\n${code}\`;`;
    const [pair, ...others] = await findSimilar([
      attempt("zoe", "t", [{ name: "t.ts", text: module }]),
      attempt("ada", "t", wgsl(`// mine\n${code.replaceAll("sum", "total")}`)),
      attempt("eve", "t", wgsl(ownKernel(2))),
    ]);
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ task: "t", a: "ada", b: "zoe", similarity: 1 });
    const [longest, ...shorter] = pair!.fragments;
    expect(shorter).toEqual([]);
    expect(longest!.a).toEqual({ file: "kernel.wgsl", fromLine: 2, toLine: 36 });
    expect(longest!.b).toEqual({ file: "t.ts", fromLine: 5, toLine: 39 });
    expect(pair!.longestFragment).toBe(longest!.tokens);
  });

  it("keeps its place behind what a template computes over several lines", async () => {
    const code = ownKernel(1);
    const module = `export const code = \`\${[\n  "a }",\n  \`b\`,\n].join()}\n${code}\`;`;
    const pairs = await findSimilar([
      attempt("ada", "t", [{ name: "t.ts", text: module }]),
      attempt("eve", "t", wgsl(code)),
    ]);
    expect(pairs[0]?.fragments[0]?.a).toMatchObject({ fromLine: 5 });
  });

  it("is not the starter, nor what the house shows", async () => {
    const house = await houseFiles("softmax");
    expect(house.map(({ name }) => name)).toEqual(expect.arrayContaining(["starter.wgsl", "plain.wgsl", "tuned.wgsl"]));
    const files = [...house, ...wgsl("fn mine() {}")];
    expect(await findSimilar([attempt("ada", "softmax", files), attempt("eve", "softmax", files)])).toEqual([]);
    const pairs = await findSimilar([attempt("ada", "t", files), attempt("eve", "t", files)]);
    expect(pairs).toHaveLength(1);
  });

  it("is not what many have in common, unless they have all of it in common", async () => {
    const many = Array.from({ length: 12 }, (_, index) => `${ownKernel(0)}\n${ownKernel(index + 1)}`);
    expect(await findSimilar(many.map((text, index) => attempt(`${index}`, "t", wgsl(text))))).toEqual([]);
    const few = many.slice(0, 3).map((text, index) => attempt(`${index}`, "t", wgsl(text)));
    expect(await findSimilar(few)).toHaveLength(3);
    const same = Array.from({ length: 12 }, (_, index) => attempt(`${index}`, "t", wgsl(`// ${index}\n${many[0]}`)));
    expect(await findSimilar(same)).toHaveLength((12 * 11) / 2);
  });

  it("is looked for within a task only, and among those who handed something in", async () => {
    const text = ownKernel(1);
    const pairs = await findSimilar([
      attempt("ada", "t", wgsl(text)),
      attempt("eve", "u", wgsl(text)),
      attempt("zoe", "t", []),
    ]);
    expect(pairs).toEqual([]);
  });

  it.each([
    ["brackets that nothing closes", "fn a() { let b = (((( struct fn var< let"],
    ["templates in templates without end", "const a = `".concat("${`".repeat(5_000))],
    ["no text at all", ""],
    ["other alphabets", "fn \u540d() { let \ud83d\ude00 = \u202e; }"],
  ])("is not found in %s, and nothing breaks", async (_, text) => {
    const files = [
      { name: "t.ts", text },
      { name: "t.wgsl", text },
    ];
    expect(await findSimilar([attempt("ada", "t", files), attempt("eve", "t", files)])).toEqual([]);
  });
});
