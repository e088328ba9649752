import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { taskTypes } from "./candidate-types.ts";
import { loadTasks } from "./load.ts";

// `npm run schema` runs this file to update the file that it otherwise compares.
test("candidates' types match the specs (otherwise run: npm run schema)", async () => {
  const file = join(packageRoot(), "harness", "submission", "task-types.d.ts");
  await expect(taskTypes(await loadTasks())).toMatchFileSnapshot(file);
});
