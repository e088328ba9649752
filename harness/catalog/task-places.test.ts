import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { taskFolder } from "./load.ts";
import { placesIn } from "./task-places.ts";

it("names the file of each kernel, also of a tuned one that software adapters have of their own", () => {
  const fileOf = (task: string, kernel: string) => placesIn(taskFolder(task)).kernel(kernel).split("/").at(-1);
  expect(["plain", "tuned", "tuned (hardware)"].map((kernel) => fileOf("rbf-kernel", kernel))).toEqual([
    "plain.wgsl",
    "tuned-software.wgsl",
    "tuned.wgsl",
  ]);
  expect(fileOf("gelu", "tuned")).toBe("tuned.wgsl");
});

it("names the file that holds a line of a kernel, also one that several tasks share", () => {
  const places = placesIn(taskFolder("matmul"));
  expect(places.kernel("tuned", "let quartet = workgroup.x * LANES + own.lane;")).toMatch(
    /kernels\/software\/product\.wgsl:\d+$/,
  );
  expect(places.kernel("tuned (hardware)", "const SIDE")).toMatch(/kernels\/first-steps\/matmul\/tuned\.wgsl$/);
});

it("finds a mistake in a table, quoted or not, and by its name", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-places-"));
  try {
    const lines = [
      "mistakes({",
      '  "no-scale": [',
      '    "text",',
      "  ],",
      "  unbiased: [",
      "  ],",
      '  name: "no-gain",',
      "  step: { level: 6 },",
    ];
    writeFileSync(join(folder, "task.ts"), lines.join("\n"));
    const { mistake, fault } = placesIn(folder);
    const lineOf = (place: string) => /\d+$/.exec(place)?.[0];
    expect(["no-scale", "unbiased", "no-gain"].map((name) => lineOf(mistake(name)))).toEqual(["2", "5", "7"]);
    expect(lineOf(fault('mistake "no-scale" has no hint'))).toBe("2");
    expect(lineOf(fault("its level is 6, but must be from 1 to 5"))).toBe("8");
    expect(lineOf(mistake("scale"))).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
