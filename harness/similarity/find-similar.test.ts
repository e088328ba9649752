import { describe, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import type { SubmittedFile } from "../results/attempt.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { findSimilar } from "./find-similar.ts";
import { publicFiles } from "./public-files.ts";
import type { SimilarGroup } from "./similar-work.ts";

const attempt = (candidate: string, task: string, files: readonly SubmittedFile[]) =>
  madeUpAttempt(candidate, task, "accepted", { files });

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
    expect((await publicFiles("matmul")).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["tuned.wgsl", "software/product.wgsl"]),
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
