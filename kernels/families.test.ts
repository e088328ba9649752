import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lackingParts, taskFolder, taskNames } from "../harness/catalog/load.ts";

test.each(taskNames())("%s has all of its parts, and its family tests them", (name) => {
  expect(lackingParts(taskFolder(name))).toEqual([]);
  expect(existsSync(join(taskFolder(name), "../tasks.variants.test.ts")), "the family's tasks.variants.test.ts").toBe(
    true,
  );
});
