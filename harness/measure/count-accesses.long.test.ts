import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTask, taskNames } from "../catalog/load.ts";
import { deviceContext, openAdapter, openRoomyDevice } from "../gpu/device.ts";
import type { Case } from "../task/case.ts";
import { tunedKernels } from "../verify/tuned-kernels.ts";
import { countAccesses } from "./count-accesses.ts";

const context = deviceContext(await openAdapter(), "software");

it.each(taskNames())("counts what the built-in kernels of %s do", async (name) => {
  const task = await loadTask(name);
  const { shape, params } = task.spec.checks.find(({ group }) => group !== "tiny")!;
  const one: Case = { task: name, index: 0, shape, params, data: "plain", group: "counted" };
  for (const kernel of [{ plan: task.plain }, ...tunedKernels(task)]) {
    const plan = kernel.plan({ task: name, shape, params, device: context });
    const device = await openRoomyDevice(plan.requires ?? []);
    for (const counts of await countAccesses(device, task, plan, one, "count", new Random("count"))) {
      if ("uncounted" in counts) throw new Error(counts.uncounted);
      expect(counts.buffers.some(({ writes }) => writes > 0)).toBe(true);
    }
    device.gpu.destroy();
  }
});
