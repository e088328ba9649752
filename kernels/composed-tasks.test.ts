import { randomUUID } from "node:crypto";
import { loadTasks } from "../harness/catalog/load.ts";
import { describeVariants } from "../harness/testing/describe-variants.ts";
import { loadVariants } from "../harness/verify/known-variants.ts";
import { Random } from "../reference/random.ts";

/** So many tasks in each run of `npm test`; `npm run test:variants` takes all. */
const SAMPLE = 2;

const composed = (await loadTasks()).filter(({ mistaken }) => mistaken !== undefined);
const isWhole = process.env.KERNELMARK_ALL_VARIANTS === "1";
const tasks = isWhole ? composed : new Random(randomUUID(), "tasks").shuffled(composed).slice(0, SAMPLE);
for (const task of tasks) describeVariants(task, await loadVariants(task.spec.name));
