import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { tutorial, wgslPage } from "./written-pages.ts";

it("the tutorial has a page for each step, with its files and without commands", async () => {
  const { title, steps } = await tutorial();
  expect(title).toBe("A fast softmax in five steps");
  expect(steps).toHaveLength(readdirSync(join(packageRoot(), "docs/tutorial")).length);
  for (const step of steps) {
    expect(step.module).toMatch(/^import type/);
    expect(step.kernel).toContain("@compute");
    expect(step.blocks.length).toBeGreaterThan(0);
    expect(JSON.stringify(step.blocks)).not.toMatch(/npx|\.md\b/);
  }
  expect(steps[1]!.title).toBe("Subtract the maximum");
});

it("the page on WGSL has its tables, and leads to the tutorial", async () => {
  const { title, blocks } = await wgslPage();
  expect(title).toBe("WGSL for people who know CUDA");
  expect(blocks.filter(({ kind }) => kind === "table").length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(blocks)).toContain('"to":"#/tutorial/1","content":["the tutorial"]');
});
