import { describe, expect, test } from "vitest";
import { inconsistencies } from "../harness/task/consistency.ts";
import { lackingParts, loadTask, taskFolder, taskNames } from "../harness/task/load.ts";

describe("a new task is a folder; what it still lacks is said here", () => {
  test.each(taskNames())("%s", async (name) => {
    expect(lackingParts(taskFolder(name))).toEqual([]);
    expect(inconsistencies(await loadTask(name))).toEqual([]);
  });
});
