import { describe, expect, test } from "vitest";
import { otherDataCases } from "../harness/bench/other-data.ts";
import { loadTask, taskNames } from "../harness/catalog/load.ts";
import type { Case } from "../harness/task/case.ts";
import { inconsistencies } from "../harness/task/consistency.ts";
import { drawCases, problemFaults } from "../harness/task/problem-faults.ts";

describe.each(taskNames())("%s", (name) => {
  test.each(["one", "two", "three"])("is consistent under the seed %s", async (seed) => {
    expect(inconsistencies(await loadTask(name), seed)).toEqual([]);
  });

  test.each([0, 1, 2])("has meaningful bounds on measured shape %i", async (index) => {
    const task = await loadTask(name);
    const measure = task.spec.measures[index]!;
    const plain: Case = { ...measure, task: name, index: 0, data: "plain", group: "measured" };
    // One after another: together, the large shapes take a gigabyte.
    const faults = [plain, ...otherDataCases(task, measure)].flatMap((one) =>
      problemFaults(task, drawCases(task, [one], "measured"), "measured"),
    );
    expect(faults).toEqual([]);
  });
});
