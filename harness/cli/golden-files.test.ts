import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { taskFolder, taskNames } from "../catalog/load.ts";
import { goldenFaults, goldenFolder, goldenFolders } from "./golden-files.ts";

it("the oracles agree with every golden file", async () => {
  for (const folder of goldenFolders()) expect(await goldenFaults(folder)).toEqual([]);
});

it.each(taskNames())("there are at least two golden files of %s", (task) => {
  const names = goldenFolders().flatMap((folder) => readdirSync(folder));
  const own = names.filter((name) => name.replace(/-\d+\.json$/, "") === task);
  expect(own.length).toBeGreaterThanOrEqual(2);
});

describe("a damaged golden file is named", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
    file = join(folder, "softmax-0.json");
    cpSync(join(goldenFolder, "softmax-0.json"), file);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function damage(change: (document: { inputs: { x: unknown[] }; outputs: Record<string, unknown[]> }) => void): void {
    const document = JSON.parse(readFileSync(file, "utf8"));
    change(document);
    writeFileSync(file, JSON.stringify(document));
  }

  it("cut short", async () => {
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
    expect((await goldenFaults(folder))[0]).toMatch(new RegExp(`^${file} is not JSON: `));
  });

  it("with a number changed by a few parts in 10¹²", async () => {
    damage(({ outputs }) => {
      outputs.y![3] = (outputs.y![3] as number) * (1 + 4e-12);
    });
    const faults = await goldenFaults(folder);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/softmax-0\.json: `outputs\.y\[3\]` is .*, but the oracle gives /);
  });

  it("with a number changed by a few parts in 10¹² of the largest, for tasks whose golden values lost digits", async () => {
    file = join(folder, "gelu-0.json");
    cpSync(join(taskFolder("gelu"), "golden", "gelu-0.json"), file);
    rmSync(join(folder, "softmax-0.json"));
    const document: { outputs: { y: number[] } } = JSON.parse(readFileSync(file, "utf8"));
    const { y } = document.outputs;
    const changed = async (change: number) => {
      const outputs = { y: y.with(5, y[5]! + change * Math.max(...y)) };
      writeFileSync(file, JSON.stringify({ ...document, outputs }));
      return goldenFaults(folder);
    };
    expect(await changed(0.5e-12)).toEqual([]);
    expect((await changed(4e-12))[0]).toMatch(/gelu-0\.json: `outputs\.y\[5\]` is .*, but the oracle gives /);
  });

  it("with a number missing from an input", async () => {
    damage(({ inputs }) => inputs.x.pop());
    expect(await goldenFaults(folder)).toEqual([`${file}: \`inputs.x\`: x[rows, cols] takes 15 numbers, got 14.`]);
  });

  it("with an output missing, or too short", async () => {
    damage(({ outputs }) => outputs.y!.pop());
    expect(await goldenFaults(folder)).toEqual([`${file}: \`outputs.y\` must have 15 numbers for its shape, got 14.`]);
    damage(({ outputs }) => {
      delete outputs.y;
    });
    expect(await goldenFaults(folder)).toEqual([`${file} lacks the output \`y\`.`]);
  });

  it("with another label", async () => {
    file = join(folder, "kmeans-step-0.json");
    cpSync(join(taskFolder("kmeans-step"), "golden", "kmeans-step-0.json"), file);
    rmSync(join(folder, "softmax-0.json"));
    expect(await goldenFaults(folder)).toEqual([]);
    damage(({ outputs }) => {
      outputs.labels![3] = 1;
    });
    expect(await goldenFaults(folder)).toEqual([`${file}: \`outputs.labels[3]\` is 1, but the oracle gives 0.`]);
  });
});
