import { expect, it } from "vitest";
import { tuned } from "../../../kernels/softmax/softmax/tuned.ts";
import { loadTask } from "../../catalog/load.ts";
import { guaranteedLimits } from "../../task/limits.ts";
import { generatedVariants } from "../../verify/generated-variants.ts";
import { examples, natural, naturalKernels, redteam, specimens, unseenSpecimens, variants } from "./corpora.ts";
import { entry, parseEntries } from "./entry.ts";
import { planOf, submittedFiles } from "./submission.ts";

const SOFTMAX = { corpus: "test", file: "test.yaml", name: "wrong", task: "softmax" } as const;
const FIELDS = { ...SOFTMAX, idea: "is wrong.", expect: "wrong-answer" } as const;
const CONTEXT = {
  task: "softmax",
  shape: { rows: 7, cols: 13 },
  params: {},
  device: {
    features: [],
    limits: guaranteedLimits,
    subgroupMinSize: 0,
    subgroupMaxSize: 0,
    kind: "software",
  },
} as const;

it("submits every entry: each edit applies", async () => {
  const kept = [...redteam(), ...specimens(), ...unseenSpecimens(), ...natural(), ...naturalKernels(), ...examples()];
  for (const one of kept)
    expect(Object.keys(await submittedFiles(one)).join(" ")).toMatch(new RegExp(`\\b${one.task}\\.[jt]s\\b`));
  const keys = kept.map(({ corpus, name, task }) => `${corpus}: ${name}/${task}`);
  expect(new Set(keys).size, "names are unique").toBe(keys.length);
});

it("edits a built-in kernel and its plan", async () => {
  const edit: [string, string][] = [
    ["var maximum = x[start];", "var maximum = 0.0;"],
    ["Math.ceil(rows / WORKGROUP_SIZE)", "Math.ceil(cols / WORKGROUP_SIZE)"],
  ];
  const { passes } = (await planOf(entry({ ...FIELDS, edit })))(CONTEXT);
  expect(passes).toMatchObject([{ bindings: ["x", "y"], workgroups: [1] }]);
  expect(passes[0]!.code).toContain("var maximum = 0.0;");
});

it("gives a module the built-in kernel, edited", async () => {
  const module =
    'import { plain } from "./plain.js";\nexport default (context) => ({ ...plain(context), scratch: { s: 4 } });\n';
  const one = entry({ ...FIELDS, module, edit: [["override COLS: u32;", "override COLS: u32; override MORE: u32;"]] });
  expect(Object.keys(await submittedFiles(one))).toEqual(["softmax.ts", "plain.js"]);
  const { passes, scratch } = (await planOf(one))(CONTEXT);
  expect(scratch).toEqual({ s: 4 });
  expect(passes[0]!.code).toContain("override MORE");
});

it("gives a module the tuned kernel", async () => {
  const module = 'export { plain as default } from "./plain.js";';
  const { passes } = (await planOf(entry({ ...FIELDS, of: "tuned", module })))(CONTEXT);
  expect(passes).toEqual(tuned(CONTEXT).passes);
});

it("gives a module a tuned kernel that the task's definition has", async () => {
  const module = 'export { plain as default } from "./plain.js";';
  const { tuned: own } = await loadTask("adamw-step");
  const params = { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0, step: 1 };
  const context = { ...CONTEXT, task: "adamw-step", shape: { size: 100 }, params };
  const { passes } = (await planOf(entry({ ...FIELDS, task: "adamw-step", of: "tuned", module })))(context);
  expect(passes).toEqual(own(context).passes);
});

it("rejects an entry that submits nothing", () => {
  expect(() => entry(FIELDS)).toThrow("has neither edit nor module nor files");
});

it.each([
  ["maximum", "is in the kernel 6 times"],
  ["nowhere", "is not in the kernel"],
])("rejects an edit whose text does not occur exactly once: %s", async (text, fault) => {
  const one = entry({ ...FIELDS, edit: [[text, ""]] });
  await expect(submittedFiles(one)).rejects.toThrow(`test.yaml, "wrong/softmax": the text "${text}" ${fault}.`);
});

it("names the entry with wrong fields", () => {
  const text = "row: 3\nentries:\n  wrong/softmax:\n    expect: acepted\n    idea: is wrong.\n    edits: []\n";
  const parse = () => parseEntries(text, { corpus: "test", file: "test.yaml" });
  expect(parse).toThrow(/^test\.yaml, "wrong\/softmax":\n.*"edits".*must be a verdict.*at expect/s);
});

it("applies a file's fields to its entries", () => {
  const text =
    "row: 3\nexpect: accepted\nof: tuned\nentries:\n  a/softmax: { idea: is a. }\n  b/attention: { idea: is b., expect: missing }\n";
  expect(parseEntries(text, { corpus: "test", file: "test.yaml" })).toMatchObject([
    { name: "a", task: "softmax", row: 3, expect: ["accepted"] },
    { name: "b", task: "attention", row: 3, expect: ["missing"] },
  ]);
});

it("edits another kernel in the built-in one's place", async () => {
  const base = "harness/testing/corpus/natural/leaky-relu.ts";
  const edit: [string, string][] = [["first + 4u", "first + 3u"]];
  const { passes } = (await planOf(entry({ ...FIELDS, task: "leaky-relu", base, edit })))({
    ...CONTEXT,
    ...{ shape: { size: 300 }, params: { slope: 0.5 } },
  });
  expect(passes).toMatchObject([{ constants: { SIZE: 300, SLOPE: 0.5 }, workgroups: [2, 1] }]);
  expect(passes[0]!.code).toContain("first + 3u");
});

it("has the written variants of a task, with their kernels' plans", async () => {
  const written = (await variants("softmax")).filter(({ file }) => file.endsWith("/variants.ts"));
  expect(written.length).toBeGreaterThan(0);
  expect((await planOf(written[0]!))(CONTEXT).passes[0]!.bindings).toEqual(["x", "y"]);
});

it.each(["softmax", "rms-norm"])("submits the generated variants of %s as modules", async (task) => {
  const loaded = await loadTask(task);
  const { honest } = generatedVariants(loaded);
  const { shape, params } = loaded.spec.checks[0]!;
  const submitted = (await variants(task)).filter(({ module }) => module !== undefined);
  expect(submitted.length).toBeGreaterThan(5);
  for (const one of submitted) {
    const { plan } = honest.find(({ name }) => name === one.name)!;
    const context = { ...CONTEXT, task, shape, params };
    expect((await planOf(one))(context), one.name).toEqual(plan(context));
  }
});
