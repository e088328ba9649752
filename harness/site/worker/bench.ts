import type { MeasureNews } from "../../bench/measure-job.ts";
import { measureKernels } from "../../bench/measure-kernels.ts";
import { refusedBundle } from "../../judge/judged-submission.ts";
import { shapesFor } from "../../measure/shapes.ts";
import { defaultLimits } from "../../task/limits.ts";
import type { DeviceContext } from "../../task/plan.ts";
import { BUNDLE_LIMIT_MS, bundleModule } from "./bundle-module.ts";
import type { BenchJob, BrowserAdapter } from "./check-protocol.ts";
import { memoryFolder } from "./memory-folder.ts";
import { loadTask } from "./tasks.ts";

/** Measures a submission as `kernelmark bench` does. */
export async function bench(
  job: BenchJob,
  context: DeviceContext,
  { tickNs }: BrowserAdapter["clock"],
  send: (news: MeasureNews) => void,
): Promise<void> {
  const { seed, against, budgetMs, isChecked, roofline } = job;
  const task = await loadTask(job.family, job.task);
  const shapes = shapesFor(task, job.shape);
  const folder = memoryFolder(job.files);
  send({ type: "step", step: { about: "bundling", contestant: "candidate" }, limitMs: BUNDLE_LIMIT_MS });
  const built = await bundleModule(`${job.task}.ts`, folder);
  if (!built.ok) {
    const { verdict, message, evidence } = refusedBundle(built.problems);
    send({ type: "refused", contestant: "candidate", refusal: { verdict, message, evidence } });
    return;
  }
  const { script, sourceMap } = built;
  await measureKernels(
    {
      ...{ type: "measure", task: job.task, seed, against, shapes, budgetMs, isChecked, roofline },
      candidate: { kind: "submission", script, sourceMap, files: folder.reached() },
      yardstick: { kind: "built-in", kernel: against },
      clock: "timestamps",
      limits: defaultLimits,
      adapterKind: context.kind,
      compilesInFirstRun: false,
    },
    {
      task,
      context,
      isTunedUnproved: false,
      tickNs,
      send,
    },
  );
}
