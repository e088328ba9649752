import { expect, test } from "vitest";
import { loadTask } from "../../harness/catalog/load.ts";
import { acceptedSeeds } from "./accepted-seeds.ts";
import { wrongKernels } from "./wrong-kernels.ts";

// All wrong kernels under 40 seeds: npm run seeds.
test.each([
  ["softmax", ["maximum-from-9000", "odd-tree"]],
  ["matmul-int8", ["clamped-sum"]],
])("wrong kernels of %s are refused under every seed", async (name, wanted) => {
  const names = wanted.map((one) => `redteam: ${one}`);
  const kernels = (await wrongKernels(name)).filter((kernel) => names.includes(kernel.name));
  const accepted = await acceptedSeeds(await loadTask(name), kernels, ["one", "two", "three"]);
  expect(Object.fromEntries(accepted)).toEqual(Object.fromEntries(names.map((one) => [one, []])));
});
