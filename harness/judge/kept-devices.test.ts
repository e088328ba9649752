import { expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { changedPlan } from "../task/edits.ts";
import { LocalJudge } from "../verify/judge-locally.ts";
import { KeptDevices } from "./kept-devices.ts";

it("keeps a device for each task until it is lost", async () => {
  const devices = new KeptDevices();
  const [softmax, relu] = await Promise.all(["softmax", "leaky-relu"].map((name) => loadTask(name)));
  const first = await devices.open(softmax!, []);
  expect(await devices.open(softmax!, [])).toBe(first);
  const other = await devices.open(relu!, []);
  expect(other.device).not.toBe(first.device);

  first.device.gpu.destroy();
  await first.device.gpu.lost;
  const second = await devices.open(softmax!, []);
  expect(second.device).not.toBe(first.device);
  for (const { device } of [second, other]) device.gpu.destroy();
});

it("gives kernels the verdicts that they get on devices of their own", async () => {
  const task = await loadTask("leaky-relu");
  const devices = new KeptDevices();
  const judge = await LocalJudge.open(task, { seed: "kept", devices });
  const [mistake] = task.mistakes;
  for (const _ of ["compiles", "finds compiled"]) {
    expect(await judge.judge(task.plain)).toMatchObject({ verdict: "accepted", spent: { kernelMs: 0 } });
    expect(await judge.judge(changedPlan(task.plain, mistake!))).toMatchObject({
      verdict: "wrong-answer",
      mistake: { name: mistake!.name },
    });
  }
  judge.close();
  const { device } = await devices.open(task, []);
  expect(device.lost.isLost).toBe(false);
  device.gpu.destroy();
});
