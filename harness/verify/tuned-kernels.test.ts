import { expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { onDeviceKind } from "../task/by-device-kind.ts";
import { PLAIN_DEVICE } from "../task/plain-device.ts";
import { originsOf } from "./kernel-origin.ts";
import { tunedKernels } from "./tuned-kernels.ts";

it("are one, if all adapters get the same plan, and else one for each kind of adapter, on any adapter", async () => {
  const namesOf = async (task: string) => tunedKernels(await loadTask(task)).map(({ name }) => name);
  expect(await namesOf("prune-2-4")).toEqual(["tuned"]);
  expect(await namesOf("rms-norm")).toEqual(["tuned", "tuned (hardware)"]);
  const task = await loadTask("rms-norm");
  const { shape, params } = task.spec.checks[0]!;
  const context = { task: "rms-norm", shape, params, device: PLAIN_DEVICE };
  const hardware = tunedKernels(task)[1]!.plan;
  expect(hardware(context)).toEqual(onDeviceKind("hardware", task.tuned)(context));
  expect(hardware(context)).not.toEqual(task.tuned(context));
});

it("are changed by a proof only where they are not the plain kernel", async () => {
  expect(originsOf(await loadTask("pca-power-iteration")).map(({ kernel }) => kernel)).toEqual([
    "plain",
    "tuned (hardware)",
  ]);
  expect(originsOf(await loadTask("softmax")).map(({ kernel }) => kernel)).toEqual([
    "plain",
    "tuned",
    "tuned (hardware)",
  ]);
});
