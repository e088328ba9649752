import { loadTasks } from "../harness/catalog/load.ts";
import { generatedVariants } from "../harness/task/generated-variants.ts";
import { describeVariants } from "../harness/testing/describe-variants.ts";

for (const task of await loadTasks()) {
  if (task.mistaken !== undefined) describeVariants(task, generatedVariants(task));
}
