import { describe, expect, test } from "vitest";
import { loadTask, taskNames } from "../../harness/catalog/load.ts";
import { acceptedSeeds } from "./accepted-seeds.ts";
import { markdownTable } from "./table.ts";
import { wrongKernels } from "./wrong-kernels.ts";

const SEEDS = Array.from({ length: 40 }, (_, index) => `seed ${index + 1}`);

/** Enough for some fifty kernels on a busy machine. */
const TIMEOUT_MS = 3_600_000;

describe("a verdict does not depend on the seed", () => {
  test.each(taskNames())("%s: every wrong kernel is refused under 40 seeds", { timeout: TIMEOUT_MS }, async (name) => {
    const accepted = await acceptedSeeds(await loadTask(name), await wrongKernels(name), SEEDS);
    const rows = [...accepted].map(([kernel, seeds]) => [name, kernel, `${seeds.length} of ${SEEDS.length}`]);
    process.stderr.write(`${markdownTable(["task", "kernel", "accepted under"], rows)}\n`);
    expect([...accepted].filter(([, seeds]) => seeds.length > 0)).toEqual([]);
  });
});
