import { expect, test } from "vitest";
import { loadTask, taskNames } from "../harness/catalog/load.ts";
import { inconsistencies } from "../harness/task/consistency.ts";

// `npm test` takes one task of each family.
test.each(taskNames())("%s is complete and consistent", async (name) => {
  expect(inconsistencies(await loadTask(name))).toEqual([]);
});
