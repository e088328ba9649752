import { loadTasks } from "../harness/catalog/load.ts";
import { describeVariants } from "../harness/testing/describe-variants.ts";
import { generatedVariants } from "../harness/testing/generated-variants.ts";

for (const task of await loadTasks()) {
  if (task.mistaken !== undefined) describeVariants(task, generatedVariants(task));
}
