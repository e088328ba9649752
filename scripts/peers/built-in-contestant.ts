import { type Device, openDevice } from "../../harness/gpu/device.ts";
import {
  encodeClear,
  PlanBuffers,
  PlanRunner,
  Staging,
  sumOfBytes,
  tensorPart,
} from "../../harness/gpu/plan-runner.ts";
import { Compiler } from "../../harness/gpu/program.ts";
import { outputOf } from "../../harness/gpu/workspace.ts";
import { integerOutputs, outputSizes } from "../../harness/task/case.ts";
import type { DeviceContext } from "../../harness/task/plan.ts";
import type { Task } from "../../harness/task/task.ts";
import type { Problem } from "../../reference/oracle.ts";
import type { Contestant } from "./contestant.ts";

/** A task's plain or tuned kernel. */
export async function builtInContestant(
  task: Task,
  name: "plain" | "tuned",
  { shape, params, inputs }: Problem,
  context: DeviceContext,
): Promise<Contestant> {
  const plan = task[name]({ task: task.spec.name, shape, params, device: context });
  const device: Device = await openDevice(plan.requires ?? []);
  const { gpu } = device;
  const compiled = await new Compiler(device, Object.keys(inputs)).compile(plan);
  if (!compiled.ok) throw new Error(`the ${name} kernel does not compile: ${compiled.problem.message}`);
  const sizes = Object.entries(outputSizes(task, shape)).map(([output, size]) => [output, 4 * size]);
  const buffers = new PlanBuffers(gpu);
  const outputs = buffers.outputs(Object.fromEntries(sizes));
  const scratch = buffers.scratch(plan);
  const runner = new PlanRunner(gpu, new Map([...buffers.inputs(inputs), ...outputs, ...scratch]));

  const run = async () => {
    const encoder = gpu.createCommandEncoder();
    runner.encode(encoder, compiled.program);
    gpu.queue.submit([encoder.finish()]);
    await gpu.queue.onSubmittedWorkDone();
  };
  return {
    name,
    run,
    async release() {
      if (scratch.size === 0) return;
      const encoder = gpu.createCommandEncoder();
      encodeClear(encoder, scratch.values());
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    },
    async read() {
      await run();
      const parts = [...outputs.values()].map(tensorPart);
      const staging = new Staging(gpu, sumOfBytes(parts));
      const encoder = gpu.createCommandEncoder();
      staging.encodeCopies(encoder, parts);
      gpu.queue.submit([encoder.finish()]);
      await staging.map();
      const [words] = staging.take(parts);
      staging.destroy();
      const integers = integerOutputs(task);
      return Object.fromEntries(
        [...outputs.keys()].map((output, at) => [output, outputOf(words![at]!, integers.has(output))]),
      );
    },
  };
}
