import { expect, test } from "vitest";
import { compareAdditions, moduleVariant, variantOf } from "./file-names.ts";

const TASKS = ["softmax", "matmul", "matmul-int8", "prune-2-4", "gmm-e-step", "conv2d"];

test.each([
  ["softmax.ts", "softmax.ts"],
  ["softmax (1).ts", "softmax.ts"],
  ["softmax-1.js", "softmax.js"],
  ["softmax[2].ts", "softmax.ts"],
  ["softmax_final_v2.ts", "softmax.ts"],
  ["my_softmax.ts", "softmax.ts"],
  ["softmax - Copy (2).ts", "softmax.ts"],
  ["softmax.TS", "softmax.ts"],
  ["Softmax.ts", "softmax.ts"],
  ["softmax.ts.txt", "softmax.ts"],
  ["softmax.tsx", "softmax.ts"],
  ["softmax.mjs", "softmax.js"],
  ["softmax.mts", "softmax.ts"],
  ["matmul-int8 (1).ts", "matmul-int8.ts"],
  ["matmul_1.ts", "matmul.ts"],
  ["prune-2-4.ts", "prune-2-4.ts"],
  ["prune-2-4-1.ts", "prune-2-4.ts"],
  ["gmm_e_step.ts", "gmm-e-step.ts"],
])("%s is meant as %s", (file, module) => {
  expect(moduleVariant(file, TASKS)?.name).toBe(module);
});

test.each([
  "softmax.wgsl",
  "softmax-helpers.ts",
  "softmax2d.ts",
  "matmul-int4.ts",
  "sofmax.ts",
  "notes.txt",
  "prune-2.ts",
])("%s is not a task's module", (file) => {
  expect(moduleVariant(file, TASKS)).toBeUndefined();
});

test("versions are in the order in which people make them", () => {
  const inOrder = [
    "softmax_old.ts",
    "softmax.ts",
    "softmax (1).ts",
    "softmax-2.ts",
    "softmax (10).ts",
    "softmax_final.ts",
    "softmax_final_v2.ts",
  ];
  const shuffled = [...inOrder].sort();
  const added = (file: string) => moduleVariant(file, TASKS)!.added;
  expect(shuffled.sort((a, b) => compareAdditions(added(a), added(b)))).toEqual(inOrder);
});

test("a kernel is a variant of the imported name, whatever its case", () => {
  expect(variantOf("softmax.wgsl", "SOFTMAX (1).WGSL")?.added).toEqual(["1"]);
  expect(variantOf("softmax.wgsl", "softmax.wgsl.txt")?.added).toEqual([]);
  expect(variantOf("softmax.wgsl", "softmax-rows.wgsl")).toBeUndefined();
  expect(variantOf("softmax.wgsl", "softmax.ts")).toBeUndefined();
});
