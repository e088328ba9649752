import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lackingParts, loadTask, taskFolder, taskNames } from "../harness/catalog/load.ts";
import { inconsistencies } from "../harness/task/consistency.ts";

describe("a new task is a folder; this test lists its missing parts", () => {
  test.each(taskNames())("%s", async (name) => {
    expect(lackingParts(taskFolder(name))).toEqual([]);
    expect(existsSync(join(taskFolder(name), "../variants.test.ts")), "the family's variants.test.ts").toBe(true);
    expect(inconsistencies(await loadTask(name))).toEqual([]);
  });
});
